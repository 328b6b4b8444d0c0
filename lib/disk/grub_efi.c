#include "disk/grub_efi.h"

#include <linux/fs.h>
#include <string.h>
#include <sys/ioctl.h>

#include "base/cleanup.h"
#include "base/memory.h"
#include "disk/fat_image.h"
#include "disk/grub_core.h"
#include "disk/transfer.h"

#define OTHERS " grub-common dosfstools mtools"

static const struct machine {
	const char *architecture;	/* Debian's name of it */
	const char *platform;	/* GRUB's */
	const char *program;	/* UEFI's, of the removable path */
	const char *packages;
} machines[] = {
	{"amd64", "x86_64-efi", "BOOTX64.EFI", "grub-efi-amd64-bin" OTHERS},
	{"i386", "i386-efi", "BOOTIA32.EFI", "grub-efi-ia32-bin" OTHERS},
	{"arm64", "arm64-efi", "BOOTAA64.EFI", "grub-efi-arm64-bin" OTHERS},
	{"armhf", "arm-efi", "BOOTARM.EFI", "grub-efi-arm-bin" OTHERS},
	{"riscv64", "riscv64-efi", "BOOTRISCV64.EFI",
	    "grub-efi-riscv64-bin" OTHERS},
};

static const struct machine *
machine_find(const char *architecture)
{
	for (size_t i = 0; i < sizeof(machines) / sizeof(*machines); i++)
		if (!strcmp(machines[i].architecture, architecture))
			return &machines[i];
	return NULL;
}

const char *
grub_efi_lacks(const struct grub *grub)
{
	const struct machine *machine = machine_find(grub->architecture);

	if (!machine)
		return NULL;
	return grub_core_is_possible(machine->platform) &&
	    fat_image_is_possible() ? "" : machine->packages;
}

/* An image is a disk with sectors of 512 bytes. */
static uint64_t
sector_size(int disk)
{
	unsigned size;

	return ioctl(disk, BLKSSZGET, &size) == 0 ? size : 512;
}

static int
fill_partition(const struct grub *grub, int image, struct error *err)
{
	const struct machine *machine = machine_find(grub->architecture);
	auto_free char *path = memory_printf("EFI/BOOT/%s", machine->program);
	auto_close int core = grub_core_make(machine->platform, NULL,
	    grub->uuid, grub->events, err);

	return core < 0 ? -1
	    : fat_image_add(image, path, core, grub->events, err);
}

int
grub_efi_write(const struct grub *grub, int disk, struct error *err)
{
	struct extent place = partition_table_efi(grub->table);
	const struct fat_image fat = {
		.uuid = grub->table->uuid, .size = place.length,
		.sector_size = sector_size(disk),
	};
	auto_close int image = fat_image_make(&fat, grub->events, err);
	auto_transfer struct transfer transfer = {0};

	if (image < 0 || fill_partition(grub, image, err) < 0)
		return -1;
	transfer_start(&transfer, image, disk);
	transfer.shift = (int64_t)place.start;
	return transfer_data(&transfer, 0, place.length, err);
}
