/*
 * grub_bios: GRUB on a disk for a PC with a BIOS: its first stage in the first
 * sector, beside the partition table, and its core behind that.
 */
#ifndef DISK_GRUB_BIOS_H
#define DISK_GRUB_BIOS_H

#include "disk/grub.h"

/* Debian's packages that are missing here; "": none, NULL: the architecture is
 * no PC's. */
const char *grub_bios_lacks(const struct grub *grub);
int grub_bios_write(const struct grub *grub, int disk, struct error *err);

#endif
