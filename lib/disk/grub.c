#include "disk/grub.h"

#include <stddef.h>

#include "disk/grub_bios.h"
#include "disk/grub_efi.h"

static const struct firmware {
	const char *name;
	struct extent (*place)(const struct partition_table *table);
	/* Packages; "": none, NULL: there is no such machine. */
	const char *(*lacks)(const struct grub *grub);
	int (*write)(const struct grub *grub, int disk, struct error *err);
} firmwares[] = {
	{"a BIOS", partition_table_bios, grub_bios_lacks, grub_bios_write},
	{"UEFI", partition_table_efi, grub_efi_lacks, grub_efi_write},
};

enum { FIRMWARES = sizeof(firmwares) / sizeof(*firmwares) };

/* What `lacks` says; NULL also if the table has no room. */
static const char *
firmware_lacks(const struct firmware *firmware, const struct grub *grub)
{
	return firmware->place(grub->table).length ? firmware->lacks(grub)
	    : NULL;
}

void
grub_warn(const struct grub *grub, const char *path)
{
	for (size_t i = 0; i < FIRMWARES; i++) {
		const char *lacks = firmware_lacks(&firmwares[i], grub);

		if (lacks && *lacks)
			events_warn(grub->events, "this host cannot put GRUB "
			    "for %s on '%s', which Xen's PvGRUB can do "
			    "without: apt-get install %s", firmwares[i].name,
			    path, lacks);
	}
}

int
grub_write(const struct grub *grub, int disk, struct error *err)
{
	for (size_t i = 0; i < FIRMWARES; i++) {
		const char *lacks = firmware_lacks(&firmwares[i], grub);

		if (lacks && !*lacks &&
		    firmwares[i].write(grub, disk, err) < 0)
			return error_prefix(err, "GRUB for %s",
			    firmwares[i].name);
	}
	return 0;
}
