#include "repo/deb_tarball.h"

#include <archive.h>
#include <archive_entry.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/interrupt.h"
#include "base/memory.h"
#include "repo/cache.h"

enum { READ_SIZE = 1 << 18, PLAN_LIMIT = 64 << 20 };

static const char plan_member[] = "plan";

static const struct {
	const char *ending;
	int filter;
} filters[] = {
	{".gz", ARCHIVE_FILTER_GZIP},
	{".tgz", ARCHIVE_FILTER_GZIP},
	{".xz", ARCHIVE_FILTER_XZ},
	{".zst", ARCHIVE_FILTER_ZSTD},
};

/* As apt names them in its own cache. */
static char *
deb_name(const struct package *package)
{
	struct buffer name = {0};

	buffer_printf(&name, VIEW_FORMAT "_", VIEW_ARGUMENTS(package->name));
	for (size_t i = 0; i < package->version.length; i++)
		if (package->version.data[i] == ':')
			buffer_text(&name, "%3a");
		else
			buffer_add(&name, &package->version.data[i], 1);
	buffer_printf(&name, "_" VIEW_FORMAT ".deb",
	    VIEW_ARGUMENTS(package->architecture));
	return buffer_steal(&name);
}

static int
archive_fail(struct archive *archive, const char *path, struct error *err)
{
	const char *why = archive_error_string(archive);

	return error_set(err, "'%s': %s", path, why ? why : "bad data");
}

/* --- writing ------------------------------------------------------------ */

struct writing {
	struct archive *archive;
	const char *path;
};

/* The same debs make the same tarball. */
static int
write_member(const struct writing *writing, const char *name,
    struct view bytes, struct error *err)
{
	struct archive_entry *entry = archive_entry_new();
	int code;

	archive_entry_set_pathname(entry, name);
	archive_entry_set_filetype(entry, AE_IFREG);
	archive_entry_set_perm(entry, 0644);
	archive_entry_set_size(entry, (la_int64_t)bytes.length);
	archive_entry_set_mtime(entry, 0, 0);
	code = archive_write_header(writing->archive, entry);
	archive_entry_free(entry);
	if (code != ARCHIVE_OK || archive_write_data(writing->archive,
	    bytes.data, bytes.length) != (la_ssize_t)bytes.length)
		return archive_fail(writing->archive, writing->path, err);
	return 0;
}

static int
write_deb(const struct writing *writing, const struct plan_item *item,
    int cache, struct error *err)
{
	auto_free char *name = deb_name(item->package);
	auto_free char *digest = view_string(item->digest);
	auto_buffer struct buffer bytes = {0};
	auto_close int fd = -1;

	if (item->kind == DIGEST_SHA256)
		fd = cache_find(cache, digest, item->package->size);
	if (fd < 0)
		return error_set(err, "'%s' is not in the cache, where only "
		    "what has a SHA-256 is kept", name);
	if (lseek(fd, 0, SEEK_SET) < 0)
		return error_errno(err, "seek");
	if (file_read(fd, &bytes, err) < 0)
		return error_prefix(err, "'%s'", name);
	return write_member(writing, name,
	    (struct view){bytes.data, bytes.length}, err);
}

static int
write_members(const struct writing *writing, const struct plan *plan,
    int cache, struct error *err)
{
	if (write_member(writing, plan_member, view_of(plan->text), err) < 0)
		return -1;
	vector_each(item, plan)
		if (interrupt_check(err) < 0 ||
		    write_deb(writing, item, cache, err) < 0)
			return -1;
	return archive_write_close(writing->archive) == ARCHIVE_OK ? 0
	    : archive_fail(writing->archive, writing->path, err);
}

static int
write_all(const char *path, int fd, const struct plan *plan, int cache,
    struct error *err)
{
	struct writing writing = {archive_write_new(), path};
	int result;

	archive_write_set_format_pax_restricted(writing.archive);
	for (size_t i = 0; i < sizeof(filters) / sizeof(*filters); i++)
		if (view_ends(view_of(path), filters[i].ending))
			archive_write_add_filter(writing.archive,
			    filters[i].filter);
	archive_write_set_options(writing.archive, "gzip:!timestamp");
	if (archive_write_open_fd(writing.archive, fd) == ARCHIVE_OK)
		result = write_members(&writing, plan, cache, err);
	else
		result = archive_fail(writing.archive, path, err);
	archive_write_free(writing.archive);
	return result;
}

int
deb_tarball_write(const char *path, const struct plan *plan, int cache,
    struct error *err)
{
	auto_free char *temporary = memory_printf("%s.%ld", path,
	    (long)getpid());
	auto_close int fd = open(temporary,
	    O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);

	if (fd < 0)
		return error_errno(err, "create '%s'", temporary);
	if (write_all(path, fd, plan, cache, err) == 0) {
		if (fsync(fd) == 0 && rename(temporary, path) == 0)
			return 0;
		error_errno(err, "write '%s'", path);
	}
	unlink(temporary);
	return -1;
}

/* --- reading ------------------------------------------------------------ */

struct deb_tarball {
	struct archive *archive;
	char *path;
	int fd;
};

/* 1 and a member, 0 at the end. */
static int
next_member(struct deb_tarball *tarball, struct archive_entry **entry,
    struct error *err)
{
	int code = archive_read_next_header(tarball->archive, entry);

	if (code == ARCHIVE_EOF)
		return 0;
	if (code != ARCHIVE_OK || !archive_entry_pathname(*entry))
		return archive_fail(tarball->archive, tarball->path, err);
	return 1;
}

/* What a member says of its size is only a limit. */
static int
read_bytes(struct deb_tarball *tarball, uint64_t limit, struct buffer *bytes,
    struct error *err)
{
	la_ssize_t got;

	do {
		got = archive_read_data(tarball->archive,
		    buffer_reserve(bytes, READ_SIZE), READ_SIZE);
		if (got < 0)
			return archive_fail(tarball->archive, tarball->path,
			    err);
		bytes->length += (size_t)got;
		if (bytes->length > limit)
			return error_set(err, "'%s' has a file that is larger "
			    "than it can be", tarball->path);
	} while (got);
	bytes->data[bytes->length] = '\0';
	return interrupt_check(err);
}

static int
read_plan(struct deb_tarball *tarball, struct buffer *text, struct error *err)
{
	struct archive_entry *entry;
	int more = next_member(tarball, &entry, err);

	if (more < 0)
		return -1;
	if (!more || strcmp(archive_entry_pathname(entry), plan_member))
		return error_set(err, "'%s' does not begin with a plan, as "
		    "what --make-tarball makes does", tarball->path);
	return read_bytes(tarball, PLAN_LIMIT, text, err);
}

struct deb_tarball *
deb_tarball_open(const char *path, struct buffer *text, struct error *err)
{
	struct deb_tarball *tarball = memory_new(struct deb_tarball);

	tarball->fd = open(path, O_RDONLY | O_CLOEXEC);
	tarball->archive = archive_read_new();
	tarball->path = memory_string(path);
	archive_read_support_format_tar(tarball->archive);
	archive_read_support_filter_gzip(tarball->archive);
	archive_read_support_filter_xz(tarball->archive);
	archive_read_support_filter_zstd(tarball->archive);
	if (tarball->fd < 0)
		error_errno(err, "open '%s'", path);
	else if (archive_read_open_fd(tarball->archive, tarball->fd,
	    READ_SIZE) != ARCHIVE_OK)
		archive_fail(tarball->archive, path, err);
	else if (read_plan(tarball, text, err) == 0)
		return tarball;
	deb_tarball_free(tarball);
	return NULL;
}

static const struct plan_item *
find_item(const struct plan *plan, const char *member)
{
	vector_each(item, plan) {
		auto_free char *name = deb_name(item->package);

		if (!strcmp(name, member))
			return item;
	}
	return NULL;
}

static int
keep_deb(const struct plan_item *item, const char *member,
    const struct buffer *bytes, int cache, struct error *err)
{
	char hex[DIGEST_HEX_MAX + 1];
	struct digest *digest = digest_new(DIGEST_SHA256);
	auto_close int fd = -1;

	digest_add(digest, bytes->data, bytes->length);
	digest_finish(digest, hex);
	digest_free(digest);
	if (item->kind != DIGEST_SHA256 || !view_is(item->digest, hex))
		return error_set(err, "'%s' does not have the SHA-256 that "
		    "the plan says", member);
	fd = cache_begin(cache, err);
	if (fd < 0 || file_write(fd, bytes->data, bytes->length, err) < 0)
		return -1;
	return cache_commit(cache, fd, hex, err);
}

int
deb_tarball_read(struct deb_tarball *tarball, const struct plan *plan,
    int cache, struct error *err)
{
	struct archive_entry *entry;
	int more;

	while ((more = next_member(tarball, &entry, err)) > 0) {
		const char *member = archive_entry_pathname(entry);
		const struct plan_item *item = find_item(plan, member);
		auto_buffer struct buffer bytes = {0};

		if (!item)
			return error_set(err, "'%s' has the file '%s', which "
			    "its plan does not list", tarball->path, member);
		if (read_bytes(tarball, item->package->size, &bytes, err) < 0)
			return -1;
		if (keep_deb(item, member, &bytes, cache, err) < 0)
			return error_prefix(err, "'%s'", tarball->path);
	}
	return more;
}

void
deb_tarball_free(struct deb_tarball *tarball)
{
	if (!tarball)
		return;
	archive_read_free(tarball->archive);
	cleanup_close(&tarball->fd);
	free(tarball->path);
	free(tarball);
}
