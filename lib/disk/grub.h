/*
 * grub: GRUB on a disk that boots, once for each firmware that its table has
 * room for: a BIOS (grub_bios.h), UEFI (grub_efi.h).
 */
#ifndef DISK_GRUB_H
#define DISK_GRUB_H

#include "base/error.h"
#include "base/events.h"
#include "disk/partition_table.h"

struct grub {
	const struct partition_table *table;
	const char *architecture;	/* the guest's, as Debian calls it */
	const char *uuid;	/* of its filesystem */
	struct events *events;
};

/* Warns of each firmware that it will be left out for, as this host lacks
 * packages. `path` is for the sentence; table's size and uuid do not matter. */
void grub_warn(const struct grub *grub, const char *path);
/* For all others. After partition_table_fill and partition_table_write. */
int grub_write(const struct grub *grub, int disk, struct error *err);

#endif
