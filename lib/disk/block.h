/*
 * block: the targets that are block devices: whole disks, partitions, logical
 * volumes. Opened once and held O_EXCL from the check on; its whole disk is
 * locked as systemd's "Locking Block Device Access" has it: udev keeps away
 * while all of a disk is written, partitions stay while one of them is.
 */
#ifndef DISK_BLOCK_H
#define DISK_BLOCK_H

#include "disk/target.h"

/* What target.h says, for targets with a device's path. */
int block_check(struct target *target, const struct target_gate *gate,
    struct error *err);
int block_begin(struct target *target, const struct target_gate *gate,
    struct error *err);
int block_settle(struct target *target, struct error *err);

#endif
