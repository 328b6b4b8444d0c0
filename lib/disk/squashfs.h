/*
 * squashfs: a tree_sink for a squashfs image. sqfstar (squashfs-tools), which
 * owns the format, makes it of the tar that we feed to it.
 */
#ifndef DISK_SQUASHFS_H
#define DISK_SQUASHFS_H

#include "base/events.h"
#include "tree/entry.h"

/* Is there sqfstar? Says which package brings it. */
int squashfs_check(struct error *err);

struct squashfs {
	int fd;	/* an empty file; stays the caller's */
	struct stat root;	/* of the root directory: sqfstar passes it over */
	unsigned threads;	/* 0: as many as there are processors */
	struct events *events;
};

struct tree_sink *squashfs_sink_new(const struct squashfs *squashfs,
    struct error *err);

#endif
