/*
 * block: the targets that are block devices: whole disks, partitions, logical
 * volumes. Held O_EXCL from the beginning to the release.
 */
#ifndef DISK_BLOCK_H
#define DISK_BLOCK_H

#include "disk/target.h"

/* What target.h says, for targets with a device's path. */
int block_check(struct target *target, const struct target_gate *gate,
    struct error *err);
int block_begin(struct target *target, const struct target_gate *gate,
    struct error *err);

#endif
