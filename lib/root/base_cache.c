#include "root/base_cache.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/epoch.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/size.h"
#include "base/stanza.h"
#include "disk/clone.h"
#include "repo/cache.h"

static const char directory[] = "bases";

static const struct kind {
	const char *name;	/* in messages */
	const char *suffix, *record_suffix;
	int (*digest)(enum digest_kind kind, int fd,
	    char hex[DIGEST_HEX_MAX + 1], struct error *err);
} kinds[] = {
	[BASE_TAR] = {"tar", ".tar", ".base", digest_of_file},
	[BASE_IMAGE] = {"image", ".img", ".image", digest_of_sparse},
};

enum { KINDS = sizeof(kinds) / sizeof(*kinds) };

/* What a record says, as text. */
struct record {
	struct view size;
	struct view sha256;
	struct view inode;
	struct view changed;
	struct view used;	/* absent of a tar */
};

static const struct stanza_column columns[] = {
	{"Size", offsetof(struct record, size)},
	{"SHA256", offsetof(struct record, sha256)},
	{"Inode", offsetof(struct record, inode)},
	{"Changed", offsetof(struct record, changed)},
	{"Used", offsetof(struct record, used)},
	{NULL, 0},
};

static char *
content_path(const char *key, enum base_kind kind)
{
	return memory_printf("%s%s", key, kinds[kind].suffix);
}

static char *
record_path(const char *key, enum base_kind kind)
{
	return memory_printf("%s%s", key, kinds[kind].record_suffix);
}

/* A base and its record change together under its lock. */
static int
bases_open(int cache, int lock, struct error *err)
{
	auto_close int bases = openat(cache, directory,
	    O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (bases < 0 || flock(bases, lock) < 0)
		return error_errno(err, "open '%s' in the cache", directory);
	return steal_fd(&bases);
}

static char *
changed_text(const struct stat *status)
{
	return memory_printf("%lld.%09ld", (long long)status->st_ctim.tv_sec,
	    status->st_ctim.tv_nsec);
}

static bool
record_is_of(const struct record *record, const struct stat *status)
{
	auto_free char *inode = memory_printf("%llu",
	    (unsigned long long)status->st_ino);
	auto_free char *changed = changed_text(status);

	return view_is(record->inode, inode) &&
	    view_is(record->changed, changed);
}

static int
record_parse(const char *path, const struct buffer *text,
    struct record *record, struct error *err)
{
	struct stanza_reader reader = stanza_reader(path,
	    (struct view){text->data, text->length});
	int found = stanza_read_columns(&reader, columns, record, err);

	if (found < 0)
		return -1;
	if (!found || !digest_is_hex(DIGEST_SHA256, record->sha256))
		return error_set(err, "'%s' is no record of a base", path);
	return 0;
}

static int
base_fill(struct base *base, const struct record *record, struct error *err)
{
	const char *name = kinds[base->kind].name;
	struct stat status;

	if (number_parse(record->size, &base->size, err) < 0 ||
	    (record->used.data &&
	    number_parse(record->used, &base->used, err) < 0))
		return -1;
	if (fstat(base->fd, &status) < 0)
		return error_errno(err, "its %s", name);
	if ((uint64_t)status.st_size != base->size)
		return error_set(err, "its %s has %llu bytes, not %llu", name,
		    (unsigned long long)status.st_size,
		    (unsigned long long)base->size);
	memcpy(base->sha256, record->sha256.data, record->sha256.length);
	base->is_sealed = record_is_of(record, &status);
	return 0;
}

/* A descriptor for writing, so that its times can be set. */
static int
record_open(int bases, const char *path)
{
	return openat(bases, path,
	    O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
}

int
base_cache_find(int cache, const char *key, struct base *base,
    struct error *err)
{
	auto_error struct error absent = {0};
	auto_close int bases = bases_open(cache, LOCK_SH, &absent);
	auto_free char *content = content_path(key, base->kind);
	auto_free char *path = record_path(key, base->kind);
	auto_close int fd = bases < 0 ? -1 : record_open(bases, path);
	auto_buffer struct buffer text = {0};
	struct record record = {0};

	if (fd < 0)
		return 0;
	base->fd = openat(bases, content,
	    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (base->fd < 0)
		return error_errno(err, "its %s", kinds[base->kind].name);
	if (file_read(fd, &text, err) < 0 ||
	    record_parse(path, &text, &record, err) < 0 ||
	    base_fill(base, &record, err) < 0)
		return -1;
	futimens(fd, NULL);
	return 1;
}

int
base_check(const struct base *base, struct error *err)
{
	const struct kind *kind = &kinds[base->kind];
	char hex[DIGEST_HEX_MAX + 1];

	if (kind->digest(DIGEST_SHA256, base->fd, hex, err) < 0)
		return -1;
	return strcmp(hex, base->sha256) ? error_set(err, "its %s does not "
	    "have the SHA-256 that was recorded", kind->name) : 0;
}

bool
base_share(const struct base *base, int file)
{
	return base->is_sealed && clone_share(base->fd, file);
}

void
base_release(struct base *base)
{
	cleanup_close(&base->fd);
	*base = (struct base){.kind = base->kind, .fd = -1};
}

int
base_cache_begin(int cache, struct error *err)
{
	auto_close int fd = -1;

	if (mkdirat(cache, directory, 0755) < 0 && errno != EEXIST)
		return error_errno(err, "create '%s' in the cache", directory);
	fd = cache_begin(cache, err);
	if (fd >= 0 && fchmod(fd, 0600) < 0)
		return error_errno(err, "create a file in the cache");
	return steal_fd(&fd);
}

/* Of one that has its name already, for that changes its ctime. */
static int
record_text(const struct base *base, const char *sha256, struct buffer *text,
    struct error *err)
{
	struct stat status;
	auto_free char *changed = NULL;

	if (fstat(base->fd, &status) < 0)
		return error_errno(err, "its %s", kinds[base->kind].name);
	changed = changed_text(&status);
	buffer_printf(text, "Size: %llu\nInode: %llu\nMade: %lld\n",
	    (unsigned long long)status.st_size,
	    (unsigned long long)status.st_ino, (long long)time(NULL));
	if (base->kind == BASE_IMAGE)
		buffer_printf(text, "Used: %llu\n",
		    (unsigned long long)base->used);
	stanza_write(text, "Changed", changed);
	stanza_write(text, "SHA256", sha256);
	return 0;
}

/* Not synced: what a crash leaves of it is told from a record, and the base
 * from what it says. */
static int
record_write(int bases, const char *path, const struct buffer *text,
    struct error *err)
{
	auto_close int fd = cache_begin(bases, err);

	if (fd < 0 || file_write(fd, text->data, text->length, err) < 0)
		return -1;
	return file_name(bases, fd, path, err);
}

int
base_cache_commit(int cache, const char *key, const struct base *base,
    struct error *err)
{
	auto_free char *content = content_path(key, base->kind);
	auto_free char *record = record_path(key, base->kind);
	auto_buffer struct buffer text = {0};
	char sha256[DIGEST_HEX_MAX + 1];
	auto_close int bases = -1;

	if (kinds[base->kind].digest(DIGEST_SHA256, base->fd, sha256, err) < 0)
		return -1;
	bases = bases_open(cache, LOCK_EX, err);
	if (bases < 0 || file_name(bases, base->fd, content, err) < 0 ||
	    record_text(base, sha256, &text, err) < 0)
		return -1;
	return record_write(bases, record, &text, err);
}

void
base_cache_drop(int cache, const char *key, enum base_kind kind)
{
	auto_error struct error ignored = {0};
	auto_close int bases = bases_open(cache, LOCK_EX, &ignored);
	auto_free char *content = content_path(key, kind);
	auto_free char *record = record_path(key, kind);

	if (bases < 0)
		return;
	unlinkat(bases, record, 0);
	unlinkat(bases, content, 0);
}

static int
verify_one(int cache, const char *key, enum base_kind kind,
    struct events *events)
{
	auto_error struct error why = {0};
	auto_base struct base base = {.kind = kind, .fd = -1};
	int found = base_cache_find(cache, key, &base, &why);

	if (found == 0)
		return 0;
	if (found > 0 && base_check(&base, &why) == 0)
		return 1;
	events_warn(events, "the kept base '%.12s' is damaged and removed: %s",
	    key, why.text);
	base_cache_drop(cache, key, kind);
	return -1;
}

/* As verify_one; 0 also of what is no record. */
static int
verify_file(int cache, const char *name, struct events *events)
{
	for (int kind = 0; kind < KINDS; kind++) {
		const char *suffix = kinds[kind].record_suffix;
		auto_free char *key = NULL;

		if (!view_ends(view_of(name), suffix))
			continue;
		key = memory_copy(name, strlen(name) - strlen(suffix));
		return verify_one(cache, key, (enum base_kind)kind, events);
	}
	return 0;
}

int
base_cache_verify(int cache, struct events *events, struct error *err)
{
	auto_closedir DIR *dir = NULL;
	struct dirent *entry;
	int good = 0, damaged = 0;
	int bases = openat(cache, directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (bases < 0 && errno == ENOENT)
		return 0;
	dir = bases < 0 ? NULL : fdopendir(bases);
	if (!dir)
		return error_errno(err, "open '%s' in the cache", directory);
	while ((entry = readdir(dir))) {
		int verdict = verify_file(cache, entry->d_name, events);

		good += verdict > 0;
		damaged += verdict < 0;
	}
	return damaged ? error_set(err, "%d of %d kept bases were damaged",
	    damaged, good + damaged) : good;
}
