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
#include "base/text.h"
#include "base/vector.h"

enum { TREE_BLOCK = 4096 };	/* what a file's content is rounded up to */

struct tree_xattr {
	char *name;
	void *value;
	size_t length;
};

/* What a regular file holds, when it comes in parts and only once. */
struct tree_content {
	/* Valid until the next call; empty at the end. */
	int (*next)(struct tree_content *content, struct view *part,
	    struct error *err);
	struct view rest;	/* of a part, not taken yet: content.c's own */
};

struct tree_entry {
	const char *path;	/* "." for the root, else "./usr/bin" */
	struct stat status;
	const char *target;	/* of a symlink */
	const char *link;	/* of a further name: path of the first */
	VECTOR(struct tree_xattr) xattrs;
	int fd;	/* of a regular file or a directory, for reading, else -1 */
	struct tree_content *content;	/* of a regular file without fd */
};

/* Takes entries in sorted order, a directory before what is in it. */
struct tree_sink {
	int (*add)(struct tree_sink *sink, const struct tree_entry *entry,
	    struct error *err);
	int (*finish)(struct tree_sink *sink, struct error *err);
	void (*free)(struct tree_sink *sink);
};

/*
 * Reads the last name of `path` in `directory`, not following it. Nothing but
 * regular files and directories is ever opened. The path stays the caller's;
 * the rest is the entry's until entry_release, also after an error.
 */
int entry_read(struct tree_entry *entry, int directory, const char *path,
    struct error *err);
void entry_release(struct tree_entry *entry);

/* Bytes it takes on a disk: content in whole blocks, name, attributes. */
uint64_t entry_bytes(const struct tree_entry *entry);

/* The path as messages show it: "/usr/bin", "/". */
const char *entry_shown(const char *path);

#endif
