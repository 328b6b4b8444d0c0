/*
 * boot_files: what QEMU needs of a guest's ext filesystem to boot it: its own
 * kernel and initrd, copied into memory, and what identifies it. The
 * filesystem may have been written by the guest, so it is read by a confined
 * child. Nothing is mounted or changed.
 */
#ifndef EMULATE_BOOT_FILES_H
#define EMULATE_BOOT_FILES_H

#include "base/error.h"

struct boot_files {
	int kernel;	/* memfd */
	int initrd;	/* memfd; -1: the guest has none */
	char *hostname;	/* as in etc/hostname; NULL: it has none */
	char *filesystem_uuid;
};

#define BOOT_FILES_NONE {.kernel = -1, .initrd = -1}
#define auto_boot_files __attribute__((cleanup(boot_files_release)))

/* disk is open for reading and stays the caller's. */
int boot_files_read(int disk, struct boot_files *files, struct error *err);
void boot_files_release(struct boot_files *files);

#endif
