#include "disk/grub_bios.h"

#include <endian.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/size.h"
#include "disk/grub_core.h"

#define PLATFORM "i386-pc"
#define FIRST_STAGE GRUB_DIRECTORY PLATFORM "/boot.img"

enum { SECTOR = 512 };

/* grub2's include/grub/i386/pc/boot.h: what a disk's own part of the first
 * sector is, and what is to be filled in there and in the core's. */
enum {
	DISK_OWN = 440,	/* identifier, partitions, 55 AA */
	CORE_SECTOR = 0x5c,	/* 8 bytes */
	BOOT_DRIVE = 0x64,	/* 1 byte; 0xff: the one that the BIOS names */
	DRIVE_CHECK = 0x66,	/* 2 bytes: a jump, for floppy disks only */
	CORE_REST = 0x1f4,	/* 8 bytes: where the core goes on */
};

static const unsigned char no_operations[2] = {0x90, 0x90};

static bool
is_pc(const char *architecture)
{
	return !strcmp(architecture, "amd64") ||
	    !strcmp(architecture, "i386");
}

const char *
grub_bios_lacks(const struct grub *grub)
{
	if (!is_pc(grub->architecture))
		return NULL;
	return grub_core_is_possible(PLATFORM) &&
	    access(FIRST_STAGE, R_OK) == 0 ? "" : "grub-pc-bin grub-common";
}

static int
write_first_sector(int disk, uint64_t core_sector, struct error *err)
{
	auto_buffer struct buffer image = {0};
	uint64_t place = htole64(core_sector);

	if (file_read_at(AT_FDCWD, FIRST_STAGE, &image, err) < 0)
		return -1;
	if (image.length != SECTOR)
		return error_set(err, "'" FIRST_STAGE "' is not one sector");
	memcpy(image.data + CORE_SECTOR, &place, sizeof(place));
	image.data[BOOT_DRIVE] = (char)0xff;
	memcpy(image.data + DRIVE_CHECK, no_operations,
	    sizeof(no_operations));
	return file_write_position(disk, image.data, DISK_OWN, 0, err);
}

static int
write_core(int disk, struct buffer *core, struct extent place,
    struct error *err)
{
	uint64_t rest = htole64(place.start / SECTOR + 1);

	if (core->length < SECTOR || core->length > place.length)
		return error_set(err, "GRUB's core of %zu bytes does not fit",
		    core->length);
	memcpy(core->data + CORE_REST, &rest, sizeof(rest));
	return file_write_position(disk, core->data, core->length, place.start,
	    err);
}

int
grub_bios_write(const struct grub *grub, int disk, struct error *err)
{
	struct extent place = partition_table_bios(grub->table);
	auto_close int file = grub_core_make(PLATFORM, "biosdisk", grub->uuid,
	    grub->events, err);
	auto_buffer struct buffer core = {0};

	if (file < 0 || file_read(file, &core, err) < 0 ||
	    write_core(disk, &core, place, err) < 0)
		return -1;
	return write_first_sector(disk, place.start / SECTOR, err);
}
