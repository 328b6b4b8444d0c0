/*
 * grub_efi: GRUB on a disk for a machine with UEFI: in the table's EFI system
 * partition, at the path that firmware looks for on a disk that it has no entry
 * for (UEFI specification, 3.5.1.1: EFI/BOOT/BOOTX64.EFI and so on). It is not
 * signed, so Secure Boot refuses it. The guest does not mount the partition.
 */
#ifndef DISK_GRUB_EFI_H
#define DISK_GRUB_EFI_H

#include "disk/grub.h"

/* Debian's packages that are missing here, for the disk's architecture; ""
 * is none, NULL: GRUB does not boot that from UEFI. */
const char *grub_efi_lacks(const struct grub *grub);
/* Onto a disk with nothing in that partition. */
int grub_efi_write(const struct grub *grub, int disk, struct error *err);

#endif
