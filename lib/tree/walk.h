/*
 * walk: every entry of a directory, sorted by name, into a sink, on one
 * filesystem. What lies in /dev is left out; the static nodes that every root
 * has (tree/device.h) are given instead, so that the result is the same as
 * root and as user. A lost+found at the top belongs to the filesystem below,
 * not to the tree, and sockets to the processes that made them: left out.
 */
#ifndef TREE_WALK_H
#define TREE_WALK_H

#include <stdbool.h>

#include "base/events.h"
#include "base/vector.h"
#include "tree/entry.h"

struct tree_walk {
	int root;	/* descriptor of the directory */
	bool is_tar;	/* it is one of such a tree, as sink_tar writes it */
	int64_t clamp_time;	/* the latest time there may be; < 0: off */
	struct events *events;	/* progress in bytes of `total` */
	uint64_t total;	/* from tree_measure, or 0 */
	bool is_part;	/* a directory of a root; its dev is no /dev */
	struct strings elsewhere;	/* directories whose contents are left
					   out, as "./home"; the caller's */
	const char *without;	/* what begins with this path ("etc/ssh/key_") is
				   left out; NULL: nothing */
	bool without_dev;	/* nothing in /dev */
	bool without_nodes;	/* no device nodes in /dev */
};

/*
 * The sink's finish is the caller's. When the sink has no room left
 * (err->number is ENOSPC), the sentence says how much more is needed.
 */
int tree_walk(const struct tree_walk *walk, struct tree_sink *sink,
    struct error *err);

/* Bytes (rounded up to 4 KiB blocks) and inodes that the tree needs. */
int tree_measure(const struct tree_walk *walk, uint64_t *bytes,
    uint64_t *inodes, struct error *err);

#endif
