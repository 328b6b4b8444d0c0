/*
 * boot_files: what boots a guest without a boot loader: its own kernel and
 * initrd, copied into memory, and for QEMU what identifies it. Out of the tree
 * that is being made, or out of a filesystem: that may have been written by
 * the guest, so it is read by a confined child. Nothing is mounted or changed.
 */
#ifndef GUEST_BOOT_FILES_H
#define GUEST_BOOT_FILES_H

#include "base/error.h"
#include "tree/edit.h"

struct boot_files {
	int kernel;	/* memfd */
	int initrd;	/* memfd; -1: the guest has none */
	char *hostname;	/* as in etc/hostname; NULL: it has none */
	char *filesystem_uuid;
};

#define BOOT_FILES_NONE {.kernel = -1, .initrd = -1}
#define auto_boot_files __attribute__((cleanup(boot_files_release)))

/* All of it, from ext2, ext3, ext4, xfs or btrfs. disk is open for reading and
 * stays the caller's. */
int boot_files_read(int disk, struct boot_files *files, struct error *err);

/* Two empty files, … */
int boot_files_new(struct boot_files *files, struct error *err);
/* … which get a tree's kernel and initrd; it must have both. */
int boot_files_copy(struct tree_edit *edit, int kernel, int initrd,
    struct error *err);

void boot_files_release(struct boot_files *files);

#endif
