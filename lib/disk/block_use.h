/*
 * block_use: what a block device is in use for, as the kernel tells it in
 * /proc and /sys. O_EXCL would refuse most of it too, but says not why.
 */
#ifndef DISK_BLOCK_USE_H
#define DISK_BLOCK_USE_H

#include "disk/block_tables.h"

/*
 * -1 with the reason if it, one of its partitions, or the disk that it is a
 * partition of cannot be written to. `name` is for the sentence.
 */
int block_use_check(const struct block_tables *tables, dev_t device,
    const char *name, struct error *err);

#endif
