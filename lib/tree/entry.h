/*
 * entry: one file of a root filesystem, as tree_walk finds it and a tree_sink
 * takes it. Ids are the guest's own (in user mode: read inside the user
 * namespace).
 */
#ifndef TREE_ENTRY_H
#define TREE_ENTRY_H

#include <stdint.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/vector.h"

struct tree_xattr {
	char *name;
	void *value;
	size_t length;
};

struct tree_entry {
	const char *path;	/* "." for the root, else "./usr/bin" */
	struct stat status;	/* st_mode, uid, gid, size, times, rdev, nlink */
	const char *target;	/* of a symlink */
	const char *link;	/* path of the first name, for further hard links */
	VECTOR(struct tree_xattr) xattrs;
	int fd;	/* content of a regular file, else -1; the walk's own */
};

/* Takes entries in sorted order, a directory before what is in it. */
struct tree_sink {
	int (*add)(struct tree_sink *sink, const struct tree_entry *entry,
	    struct error *err);
	int (*finish)(struct tree_sink *sink, struct error *err);
	void (*free)(struct tree_sink *sink);
};

#endif
