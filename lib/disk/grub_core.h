/*
 * grub_core: GRUB in one piece, with all modules that it needs to find a
 * guest's filesystem and to show the menu in its /boot/grub/grub.cfg. It is of
 * the host's package grub-common and of one for each platform; the guest needs
 * none.
 */
#ifndef DISK_GRUB_CORE_H
#define DISK_GRUB_CORE_H

#include <stdbool.h>

#include "base/error.h"
#include "base/events.h"

/* Where GRUB has what belongs to a platform. */
#define GRUB_DIRECTORY "/usr/lib/grub/"

/* Can one be made for the platform, as GRUB calls it: i386-pc, x86_64-efi? */
bool grub_core_is_possible(const char *platform);
/*
 * For a filesystem with this UUID; `disk_module` reads the disks, NULL: that
 * is the platform's own affair. A file in memory, read from its beginning;
 * the caller's to close; -1 failed.
 */
int grub_core_make(const char *platform, const char *disk_module,
    const char *uuid, struct events *events, struct error *err);

#endif
