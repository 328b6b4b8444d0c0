/*
 * run_disk_kept: a disk whose filesystem stays, and is filled. A device is
 * filled where it is, an image as a copy that takes its place in the commit,
 * so that until then it is as it was.
 */
#ifndef MAKE_RUN_DISK_KEPT_H
#define MAKE_RUN_DISK_KEPT_H

#include "make/run_disk.h"

/* Before the target is checked: refuses what cannot be kept; an image has its
 * size, and may be replaced. */
int run_disk_kept_find(struct run_disk *disk, uint64_t *size,
    struct error *err);
/* Is that in it which can be filled? Nobody has written to a device since, as
 * it is held from the check on; that it is looked at again is the gate's rule. */
int run_disk_kept_look(struct run_disk *disk, struct error *err);
/* Once more, of what run_disk_fd is then. */
int run_disk_kept_begin(struct run_disk *disk, struct error *err);

#endif
