/*
 * fat_image: a FAT filesystem with a few files in it, as firmware reads it: in
 * a file of ours, made by mkfs.vfat and filled by mtools (Debian's packages
 * dosfstools and mtools), without a mount.
 *
 *	int image = fat_image_make(&fat, events, err);
 *	if (image < 0 || fat_image_add(image, path, content, events, err) < 0) …
 */
#ifndef DISK_FAT_IMAGE_H
#define DISK_FAT_IMAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/events.h"

enum { FAT_FLOPPY_SIZE = 1440 << 10 };

struct fat_image {
	const char *uuid;	/* text form; its front is the volume's number */
	uint64_t size;	/* bytes; FAT16 from 17 to 255 MiB, or a floppy's */
	uint64_t sector_size;	/* of the disk that it goes to; ≤ 4096 */
};

/* Are the programs here? */
bool fat_image_is_possible(void);
/* A file in memory with the filesystem; the caller's to close; -1 failed. */
int fat_image_make(const struct fat_image *fat, struct events *events,
    struct error *err);
/*
 * All of the file `content` at "EFI/BOOT/X.EFI", with the directories on the
 * way, which are not there yet. Names are of FAT's own form: 8.3, capitals.
 */
int fat_image_add(int image, const char *path, int content,
    struct events *events, struct error *err);

#endif
