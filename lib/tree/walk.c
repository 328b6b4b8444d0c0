#include "tree/walk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/epoch.h"
#include "base/interrupt.h"
#include "base/map.h"
#include "base/memory.h"
#include "base/size.h"
#include "tree/device.h"
#include "tree/read_tar.h"

enum { REPORT_EVERY = 4 << 20 };

/* The first name found of an inode that has several. */
struct first_name {
	ino_t inode;
	char *path;
};

struct walker {
	const struct tree_walk *walk;
	struct tree_sink *sink;
	dev_t device;
	struct map links;	/* inode → struct first_name */
	uint64_t done;
	uint64_t reported;
};

static int
walk_directory(struct walker *walker, int fd, const char *path,
    struct error *err);

static void
clamp(struct timespec *time, int64_t latest)
{
	if (latest >= 0 && time->tv_sec >= latest)
		*time = (struct timespec){.tv_sec = latest};
}

static bool
walk_leaves_out(const struct tree_walk *walk, const char *path)
{
	return walk->without && !strncmp(path, "./", 2) &&
	    view_starts(view_of(path + 2), walk->without);
}

static int
walker_add(struct walker *walker, struct tree_entry *entry, struct error *err)
{
	int64_t latest = walker->walk->clamp_time;

	if (interrupt_check(err) < 0)
		return -1;
	if (walk_leaves_out(walker->walk, entry->path))
		return 0;
	clamp(&entry->status.st_mtim, latest);
	clamp(&entry->status.st_atim, latest);
	clamp(&entry->status.st_ctim, latest);
	if (walker->sink->add(walker->sink, entry, err) < 0)
		return -1;
	walker->done += entry_bytes(entry);
	if (walker->done - walker->reported >= REPORT_EVERY) {
		events_progress(walker->walk->events, EVENT_BYTES, walker->done,
		    walker->walk->total);
		walker->reported = walker->done;
	}
	return 0;
}

static int
walker_give(struct walker *walker, struct tree_entry *entry,
    struct error *err)
{
	if (walker_add(walker, entry, err) < 0)
		return error_prefix(err, "'%s'", entry_shown(entry->path));
	return 0;
}

static int
walk_devices(struct walker *walker, struct error *err)
{
	int64_t now = walker->walk->clamp_time >= 0
	    ? walker->walk->clamp_time : epoch_or_now();

	for (const struct tree_device *device = tree_devices; device->path;
	    device++) {
		struct timespec time = {.tv_sec = now};
		struct tree_entry entry = {
			.path = device->path,
			.target = device->target,
			.fd = -1,
			.status = {
				.st_mode = device->mode,
				.st_nlink = S_ISDIR(device->mode) ? 2 : 1,
				.st_rdev = makedev(device->major,
				    device->minor),
				.st_atim = time,
				.st_mtim = time,
				.st_ctim = time,
			},
		};

		if (walker->walk->without_nodes && S_ISCHR(device->mode))
			continue;
		if (walker->walk->without_dev && device != tree_devices)
			break;
		if (walker_give(walker, &entry, err) < 0)
			return -1;
	}
	return 0;
}

/* The path under which this inode was given before, or NULL. */
static const char *
walker_first_name(struct walker *walker, const struct tree_entry *entry)
{
	struct first_name *first;
	struct view key = {(const char *)&entry->status.st_ino,
	    sizeof(entry->status.st_ino)};

	if (entry->status.st_nlink < 2 || S_ISDIR(entry->status.st_mode))
		return NULL;
	first = map_get(&walker->links, key);
	if (first)
		return first->path;
	first = memory_new(struct first_name);
	first->inode = entry->status.st_ino;
	first->path = memory_string(entry->path);
	key.data = (const char *)&first->inode;
	*map_put(&walker->links, key) = first;
	return NULL;
}

/* Is there more to be given below this directory? */
static bool
walker_enters(const struct walker *walker, const struct tree_entry *entry)
{
	return S_ISDIR(entry->status.st_mode) &&
	    entry->status.st_dev == walker->device &&
	    !strings_has(&walker->walk->elsewhere, entry->path);
}

/* A mount point is given, as an empty directory; a file from elsewhere not. */
static bool
walker_takes(const struct walker *walker, const struct tree_entry *entry)
{
	if (S_ISDIR(entry->status.st_mode))
		return true;
	return !S_ISSOCK(entry->status.st_mode) &&
	    entry->status.st_dev == walker->device;
}

static int
walk_path(struct walker *walker, int directory, const char *path,
    struct error *err)
{
	struct tree_entry entry;
	int result = entry_read(&entry, directory, path, err);

	if (result == 0 && walker_takes(walker, &entry)) {
		entry.link = walker_first_name(walker, &entry);
		result = walker_give(walker, &entry, err);
		if (result == 0 && walker_enters(walker, &entry))
			result = walk_directory(walker, entry.fd, path, err);
	}
	entry_release(&entry);
	return result;
}

static int
read_names(int directory, struct strings *names, struct error *err)
{
	int copy = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	auto_closedir DIR *dir = copy < 0 ? NULL : fdopendir(copy);
	struct dirent *entry;

	if (!dir)
		return error_errno(err, "read directory");
	errno = 0;
	while ((entry = readdir(dir)))
		if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, ".."))
			strings_add(names, entry->d_name);
	if (errno)
		return error_errno(err, "read directory");
	return 0;
}

static int
walk_directory(struct walker *walker, int fd, const char *path,
    struct error *err)
{
	bool is_top = !strcmp(path, ".");
	bool is_root = is_top && !walker->walk->is_part;
	auto_strings struct strings names = {0};

	if (read_names(fd, &names, err) < 0)
		return error_prefix(err, "'%s'", entry_shown(path));
	if (is_root && !strings_has(&names, "dev"))
		strings_add(&names, "dev");
	strings_sort(&names);
	vector_each(name, &names) {
		auto_free char *child = memory_printf("%s/%s", path, *name);
		int result = 0;

		if (is_root && !strcmp(*name, "dev"))
			result = walk_devices(walker, err);
		else if (!is_top || strcmp(*name, "lost+found"))
			result = walk_path(walker, fd, child, err);
		if (result < 0)
			return -1;
	}
	return 0;
}

/* A tar as a sink of ours gets it; the reader adds paths to errors itself. */
struct tar_walk {
	struct tree_sink sink;
	struct walker *walker;
};

static int
tar_walk_add(struct tree_sink *sink, const struct tree_entry *entry,
    struct error *err)
{
	struct walker *walker = ((struct tar_walk *)sink)->walker;
	struct tree_entry own = *entry;

	if (!strcmp(entry->path, "./dev"))
		return walk_devices(walker, err);
	if (!strncmp(entry->path, "./dev/", strlen("./dev/")))
		return 0;
	return walker_add(walker, &own, err);
}

static int
walk_tar(struct walker *walker, int fd, struct error *err)
{
	struct tar_walk tar = {{.add = tar_walk_add}, walker};

	if (lseek(fd, 0, SEEK_SET) < 0)
		return error_errno(err, "read tar");
	return tree_read_tar(fd, &tar.sink, err);
}

/* Adds to the sink's "no space" how much is missing. */
static void
walker_no_space(const struct walker *walker, struct error *err)
{
	auto_error struct error ignored = {0}, full = *err;
	auto_free char *missing = NULL;
	uint64_t total = walker->walk->total, inodes;

	*err = (struct error){0};
	if (!total && tree_measure(walker->walk, &total, &inodes,
	    &ignored) < 0)
		total = 0;
	missing = size_text(total > walker->done ? total - walker->done : 1);
	error_set(err, "%s; about %s more is needed", full.text, missing);
	err->number = ENOSPC;
}

int
tree_walk(const struct tree_walk *walk, struct tree_sink *sink,
    struct error *err)
{
	struct walker walker = {.walk = walk, .sink = sink};
	struct stat status;
	int result;

	if (fstat(walk->root, &status) < 0)
		return error_errno(err, "root directory");
	walker.device = status.st_dev;
	result = walk->is_tar ? walk_tar(&walker, walk->root, err)
	    : walk_path(&walker, walk->root, ".", err);
	if (result < 0 && err->number == ENOSPC)
		walker_no_space(&walker, err);
	if (result == 0)
		events_progress(walk->events, EVENT_BYTES, walker.done,
		    walk->total);
	for (size_t i = 0; i < walker.links.count; i++) {
		struct first_name *first = walker.links.entries[i].value;

		free(first->path);
		free(first);
	}
	map_release(&walker.links);
	return result;
}

/* A sink that only counts. */
struct measure {
	struct tree_sink sink;
	uint64_t bytes;
	uint64_t inodes;
};

static int
measure_add(struct tree_sink *sink, const struct tree_entry *entry,
    struct error *err)
{
	struct measure *measure = (struct measure *)sink;

	(void)err;
	measure->bytes += entry_bytes(entry);
	measure->inodes += !entry->link;
	return 0;
}

int
tree_measure(const struct tree_walk *walk, uint64_t *bytes,
    uint64_t *inodes, struct error *err)
{
	struct measure measure = {.sink = {.add = measure_add}};
	struct tree_walk whole = {
		.root = walk->root, .is_tar = walk->is_tar, .clamp_time = -1,
		.is_part = walk->is_part, .elsewhere = walk->elsewhere,
		.without = walk->without,
	};

	if (tree_walk(&whole, &measure.sink, err) < 0)
		return -1;
	*bytes = (measure.bytes + TREE_BLOCK - 1) / TREE_BLOCK * TREE_BLOCK;
	*inodes = measure.inodes;
	return 0;
}
