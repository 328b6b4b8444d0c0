#include "repo/cache_limit.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/vector.h"

enum { ABANDONED_AFTER = 24 * 60 * 60 };	/* seconds */

static const struct shelf {
	const char *directory;
	bool is_deep;	/* its entries lie one directory below */
} shelves[] = {
	{"by-sha256", true},
	{"releases", false},
	{"plans", false},
	{"bases", false},
};

struct entry {
	char *directory;
	char *stem;
	struct timespec used;
	uint64_t size;	/* bytes on disk */
};

struct entries {
	struct entry *items;
	size_t count;
	size_t capacity;
};

static void
entries_release(struct entries *entries)
{
	vector_each(entry, entries) {
		free(entry->directory);
		free(entry->stem);
	}
	vector_release(entries);
}

static bool
is_before(struct timespec a, struct timespec b)
{
	return a.tv_sec != b.tv_sec ? a.tv_sec < b.tv_sec
	    : a.tv_nsec < b.tv_nsec;
}

/* What a run that died left unfinished has a dot in front. */
static bool
file_counts(const char *name, const struct stat *status)
{
	if (!S_ISREG(status->st_mode))
		return false;
	return name[0] != '.' ||
	    status->st_mtim.tv_sec < time(NULL) - ABANDONED_AFTER;
}

static size_t
stem_length(const char *name)
{
	const char *dot = strrchr(name, '.');

	return dot && dot != name ? (size_t)(dot - name) : strlen(name);
}

static struct dirent **
list_open(int cache, const char *directory, int *count)
{
	struct dirent **names = NULL;

	*count = scandirat(cache, directory, &names, NULL, alphasort);
	return names;
}

static void
list_free(struct dirent **names, int count)
{
	for (int i = 0; i < count; i++)
		free(names[i]);
	free(names);
}

/* Names are sorted, so that those of one entry follow each other. */
static void
entries_add(struct entries *entries, const char *directory, const char *name,
    const struct stat *status)
{
	size_t length = stem_length(name);
	struct entry *last = entries->count
	    ? &entries->items[entries->count - 1] : NULL;

	if (!last || strcmp(last->directory, directory) ||
	    strlen(last->stem) != length || strncmp(last->stem, name, length)) {
		last = vector_push(entries);
		last->directory = memory_string(directory);
		last->stem = memory_copy(name, length);
	}
	last->size += (uint64_t)status->st_blocks * 512;
	if (is_before(last->used, status->st_mtim))
		last->used = status->st_mtim;
}

static int
entries_read(struct entries *entries, int cache, const char *directory,
    bool is_deep, struct error *err)
{
	int count, result = 0;
	struct dirent **names = list_open(cache, directory, &count);

	if (count < 0)
		return errno == ENOENT || errno == ENOTDIR ? 0
		    : error_errno(err, "read '%s' in the cache", directory);
	for (int i = 0; i < count && result == 0; i++) {
		const char *name = names[i]->d_name;
		auto_free char *path = memory_printf("%s/%s", directory, name);
		struct stat status;

		if (is_deep && name[0] != '.')
			result = entries_read(entries, cache, path, false, err);
		else if (fstatat(cache, path, &status,
		    AT_SYMLINK_NOFOLLOW) == 0 && file_counts(name, &status))
			entries_add(entries, directory, name, &status);
	}
	list_free(names, count);
	return result;
}

static int
entry_compare(const void *a, const void *b)
{
	const struct entry *one = a, *other = b;

	if (is_before(one->used, other->used))
		return -1;
	return is_before(other->used, one->used);
}

/* Has another run used it since it was looked at? */
static bool
file_is_newer(int directory, const char *name, struct timespec used)
{
	struct stat status;

	return fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
	    is_before(used, status.st_mtim);
}

static bool
entry_has(const struct entry *entry, const char *name)
{
	size_t length = stem_length(name);

	return strlen(entry->stem) == length &&
	    !strncmp(entry->stem, name, length);
}

/* The entry's files, or none if one of them is in use again. */
static void
entry_names(const struct entry *entry, int directory, struct strings *names)
{
	int count;
	struct dirent **all = list_open(directory, ".", &count);

	for (int i = 0; i < count; i++)
		if (entry_has(entry, all[i]->d_name))
			strings_add(names, all[i]->d_name);
	list_free(all, count);
	vector_each(name, names)
		if (file_is_newer(directory, *name, entry->used)) {
			strings_release(names);
			return;
		}
}

/* 1 if it is gone, 0 if it stays. */
static int
entry_remove(const struct entry *entry, int cache, struct error *err)
{
	auto_strings struct strings names = {0};
	auto_close int directory = openat(cache, entry->directory,
	    O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (directory < 0)
		return errno == ENOENT ? 1 : error_errno(err,
		    "open '%s' in the cache", entry->directory);
	flock(directory, LOCK_EX);
	entry_names(entry, directory, &names);
	vector_each(name, &names)
		if (unlinkat(directory, *name, 0) < 0 && errno != ENOENT)
			return error_errno(err, "remove '%s/%s' from the "
			    "cache", entry->directory, *name);
	return names.count > 0;
}

int
cache_limit(int cache, uint64_t limit, struct cache_use *use,
    struct error *err)
{
	auto_end(entries_release) struct entries entries = {0};
	struct cache_use sum = {0};

	for (size_t i = 0; i < sizeof(shelves) / sizeof(*shelves); i++)
		if (entries_read(&entries, cache, shelves[i].directory,
		    shelves[i].is_deep, err) < 0)
			return -1;
	vector_each(entry, &entries)
		sum.kept += entry->size;
	vector_sort(&entries, entry_compare);
	for (size_t i = 0; i < entries.count && sum.kept > limit; i++) {
		int gone = entry_remove(&entries.items[i], cache, err);

		if (gone < 0)
			return -1;
		sum.removed += gone ? entries.items[i].size : 0;
		sum.kept -= gone ? entries.items[i].size : 0;
	}
	if (use)
		*use = sum;
	return 0;
}
