/*
 * grub_bios: GRUB on a disk for a machine with a BIOS: its first stage in the
 * first sector, beside the partition table, and the rest with all modules that
 * it needs in one piece. It is of the host's packages grub-common and
 * grub-pc-bin; the guest needs none. It shows the menu in the filesystem's
 * /boot/grub/grub.cfg.
 */
#ifndef DISK_GRUB_BIOS_H
#define DISK_GRUB_BIOS_H

#include <stdbool.h>

#include "base/error.h"
#include "base/events.h"
#include "disk/partition_table.h"

/* Are the packages here? */
bool grub_bios_is_there(void);
/* The filesystem has this UUID. After partition_table_write. */
int grub_bios_write(const struct partition_table *table, const char *uuid,
    int disk, struct events *events, struct error *err);

#endif
