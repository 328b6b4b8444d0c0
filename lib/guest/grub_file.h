/*
 * grub_file: a file out of a filesystem that we cannot read ourselves, xfs or
 * btrfs, by the boot loader's own reader (GRUB's grub-fstest), which mounts
 * nothing. A guest may have written it, so that runs where it can reach nothing
 * but these two descriptors (base/confined_program.h).
 */
#ifndef GUEST_GRUB_FILE_H
#define GUEST_GRUB_FILE_H

#include "base/error.h"

/*
 * disk, open for reading, holds the filesystem; symlinks are followed in it.
 * `to` is a file in memory. 1 copied, 0 there is no such file, -1 failed.
 */
int grub_file_copy(int disk, const char *path, int to, struct error *err);

#endif
