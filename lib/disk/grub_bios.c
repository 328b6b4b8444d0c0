#include "disk/grub_bios.h"

#include <endian.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/size.h"
#include "disk/format_program.h"

#define DIRECTORY "/usr/lib/grub/i386-pc"

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

static const char *const arguments[] = {
	"grub-mkimage", "--format=i386-pc", "--directory=" DIRECTORY,
	"--prefix=/boot/grub", "--config=" FORMAT_CONFIGURATION,
	"--output=" FORMAT_PATH, "biosdisk", "part_gpt", "part_msdos", "ext2",
	"xfs", "btrfs", "search", "search_fs_uuid", "normal", "configfile",
	"linux", "echo", "test", "sleep", "minicmd", NULL
};

bool
grub_bios_is_there(void)
{
	return command_exists(arguments[0]) &&
	    access(DIRECTORY "/boot.img", R_OK) == 0;
}

static int
make_core(int core, const char *uuid, struct events *events,
    struct error *err)
{
	auto_command struct command command = {0};
	auto_buffer struct buffer text = {0};
	auto_close int configuration = -1;

	buffer_printf(&text, "search.fs_uuid %s root\n"
	    "set prefix=($root)/boot/grub\n", uuid);
	configuration = format_program_configure(&command,
	    (struct view){text.data, text.length}, err);
	if (configuration < 0)
		return -1;
	format_program_add(&command, arguments);
	return format_program_run(&command, core, events, err);
}

static int
write_first_sector(int disk, uint64_t core_sector, struct error *err)
{
	auto_buffer struct buffer image = {0};
	uint64_t place = htole64(core_sector);

	if (file_read_at(AT_FDCWD, DIRECTORY "/boot.img", &image, err) < 0)
		return -1;
	if (image.length != SECTOR)
		return error_set(err, "'" DIRECTORY "/boot.img' is not one "
		    "sector");
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
grub_bios_write(const struct partition_table *table, const char *uuid,
    int disk, struct events *events, struct error *err)
{
	struct extent place = partition_table_boot(table);
	auto_close int file = memfd_create("core", MFD_CLOEXEC);
	auto_buffer struct buffer core = {0};

	if (file < 0)
		return error_errno(err, "memory file");
	if (make_core(file, uuid, events, err) < 0)
		return -1;
	if (lseek(file, 0, SEEK_SET) < 0)
		return error_errno(err, "read GRUB's core");
	if (file_read(file, &core, err) < 0 ||
	    write_core(disk, &core, place, err) < 0)
		return -1;
	return write_first_sector(disk, place.start / SECTOR, err);
}
