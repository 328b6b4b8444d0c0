/*
 * run_part: the part of a root that goes to one disk: what lies below its
 * mount point, without what is mounted below that. For inside the sandbox.
 */
#ifndef MAKE_RUN_PART_H
#define MAKE_RUN_PART_H

#include "make/run_disk.h"
#include "tree/walk.h"

struct run_part {
	const struct run_disk *disk;
	int directory;	/* its mount point in the root */
	struct tree_walk walk;
	uint64_t inodes;
};

#define auto_run_part __attribute__((cleanup(run_part_release)))

/* Opens and measures it; to be released in any case. */
int run_part_open(struct run_part *part, int root,
    const struct run_disk *disk, const struct guest_disks *disks,
    struct error *err);
/* Onto the filesystem that run_disk_begin has made on fd. */
int run_part_fill(struct run_part *part, int fd, struct events *events,
    struct error *err);
void run_part_release(struct run_part *part);

#endif
