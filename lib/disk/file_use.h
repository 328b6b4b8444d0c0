/*
 * file_use: what the kernel uses a file or a block device for without holding
 * it: swap space, and loop devices on top of it.
 */
#ifndef DISK_FILE_USE_H
#define DISK_FILE_USE_H

#include "disk/block_tables.h"

/* -1 with the reason if it is in use; `name` is for the sentence. */
int file_use_check(const struct block_tables *tables,
    const struct stat *status, const char *name, struct error *err);

#endif
