/*
 * block_holder: the device on top of another: a logical volume, an encrypted
 * volume, a RAID array.
 */
#ifndef DISK_BLOCK_HOLDER_H
#define DISK_BLOCK_HOLDER_H

#include "disk/block_tables.h"

/* "the logical volume 'vg0/root'"; to be freed. */
char *block_holder_describe(const struct block_tables *tables, dev_t holder);

#endif
