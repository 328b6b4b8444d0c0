/*
 * block_host: the devices that the host itself lives on: those below /, /usr
 * and /boot, through logical volumes, RAID and partitions down to the disks;
 * and those that it boots from, mounted or not: partitions on these disks that
 * hold a boot loader, and the EFI system partition that the boot loader says
 * (https://systemd.io/BOOT_LOADER_INTERFACE).
 */
#ifndef DISK_BLOCK_HOST_H
#define DISK_BLOCK_HOST_H

#include "disk/block_tables.h"

/* -1 with the reason if it is one of them; `name` is for the sentence. */
int block_host_check(const struct block_tables *tables, dev_t device,
    const char *name, struct error *err);

#endif
