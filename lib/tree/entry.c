#include "tree/entry.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/memory.h"
#include "tree/xattrs.h"

/* Longer ones need a block of their own in ext2 and its successors. */
enum { TARGET_IN_INODE = 59, XATTRS_IN_INODE = 96, XATTR_HEAD = 20 };

static const char *
entry_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

const char *
entry_shown(const char *path)
{
	return path[1] ? path + 1 : "/";
}

static int
entry_open(struct tree_entry *entry, int directory, struct error *err)
{
	int flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;

	if (S_ISDIR(entry->status.st_mode))
		flags |= O_DIRECTORY;
	entry->fd = openat(directory, entry_name(entry->path), flags);
	if (entry->fd < 0 || fstat(entry->fd, &entry->status) < 0)
		return error_errno(err, "open");
	return 0;
}

static int
entry_read_target(struct tree_entry *entry, int directory, struct error *err)
{
	size_t size = (size_t)entry->status.st_size + 1;
	char *target = memory_zeroed(size, 1);
	ssize_t length = readlinkat(directory, entry_name(entry->path), target,
	    size);

	entry->target = target;
	if (length < 0)
		return error_errno(err, "read link");
	if ((size_t)length == size)
		return error_set(err, "the link changes while it is read");
	return 0;
}

static int
entry_fill(struct tree_entry *entry, int directory, struct error *err)
{
	const char *name = entry_name(entry->path);
	auto_free char *itself = NULL;
	mode_t mode;

	if (fstatat(directory, name, &entry->status, AT_SYMLINK_NOFOLLOW) < 0)
		return error_errno(err, "stat");
	mode = entry->status.st_mode;
	if (S_ISREG(mode) || S_ISDIR(mode)) {
		if (entry_open(entry, directory, err) < 0)
			return -1;
	} else {
		itself = memory_printf("/proc/self/fd/%d/%s", directory, name);
	}
	if (S_ISLNK(mode) && entry_read_target(entry, directory, err) < 0)
		return -1;
	return xattrs_read(entry, entry->fd, itself, err);
}

int
entry_read(struct tree_entry *entry, int directory, const char *path,
    struct error *err)
{
	*entry = (struct tree_entry){.path = path, .fd = -1};
	if (entry_fill(entry, directory, err) < 0)
		return error_prefix(err, "'%s'", entry_shown(path));
	return 0;
}

void
entry_release(struct tree_entry *entry)
{
	cleanup_close(&entry->fd);
	free((char *)entry->target);
	xattrs_release(entry);
}

static uint64_t
in_blocks(uint64_t bytes)
{
	return (bytes + TREE_BLOCK - 1) / TREE_BLOCK * TREE_BLOCK;
}

uint64_t
entry_bytes(const struct tree_entry *entry)
{
	uint64_t name = 8 + (strlen(entry_name(entry->path)) + 3) / 4 * 4;
	size_t xattrs = 0;

	if (entry->link)
		return name;
	vector_each(xattr, &entry->xattrs)
		xattrs += XATTR_HEAD + strlen(xattr->name) + xattr->length;
	if (xattrs > XATTRS_IN_INODE)
		name += TREE_BLOCK;
	if (S_ISREG(entry->status.st_mode))
		return name + in_blocks((uint64_t)entry->status.st_size);
	if (S_ISDIR(entry->status.st_mode) ||
	    (entry->target && strlen(entry->target) > TARGET_IN_INODE))
		return name + TREE_BLOCK;
	return name;
}
