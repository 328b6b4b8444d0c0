/*
 * block_partition: what a disk's partition table says of a partition, as udev
 * has noted it; without udev as libblkid reads it, which is for the host's own
 * disks: no guest has written their tables.
 */
#ifndef DISK_BLOCK_PARTITION_H
#define DISK_BLOCK_PARTITION_H

#include "disk/block_tables.h"

/* Its UUID as udev knows it; freed by the caller, NULL: it does not. */
char *block_partition_uuid(const struct block_tables *tables,
    dev_t partition);
/*
 * What a machine that boots from the disk needs the partition for, with its
 * article: "an EFI system partition"; static. NULL: nothing that is known.
 */
const char *block_partition_boots(const struct block_tables *tables,
    dev_t partition);

#endif
