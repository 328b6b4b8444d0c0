#include "disk/block_host.h"

#include <string.h>

#include "base/cleanup.h"
#include "disk/block_mount.h"

static const char *const host_places[] = {
	"/", "/usr", "/boot", "/boot/efi", "/efi",
};

static void
devices_add(struct block_devices *devices, dev_t device)
{
	vector_each(known, devices)
		if (*known == device)
			return;
	*vector_push(devices) = device;
}

/* The device and all that is below it, each once. */
static void
devices_below(const struct block_tables *tables, dev_t device,
    struct block_devices *devices)
{
	devices_add(devices, device);
	for (size_t i = 0; i < devices->count; i++) {
		auto_block_devices struct block_devices slaves = {0};

		devices_add(devices, block_disk(tables, devices->items[i]));
		block_list(tables, devices->items[i], "slaves", &slaves);
		vector_each(slave, &slaves)
			devices_add(devices, *slave);
	}
}

static bool
is_host_place(const char *place)
{
	for (size_t i = 0;
	    i < sizeof(host_places) / sizeof(*host_places); i++)
		if (!strcmp(place, host_places[i]))
			return true;
	return false;
}

static bool
is_below(const struct block_tables *tables, dev_t device, dev_t mounted)
{
	auto_block_devices struct block_devices below = {0};

	devices_below(tables, mounted, &below);
	vector_each(found, &below)
		if (*found == device)
			return true;
	return false;
}

int
block_host_check(const struct block_tables *tables, dev_t device,
    const char *name, struct error *err)
{
	auto_block_mounts struct block_mounts mounts = {0};

	block_mounts_read(tables, "1", &mounts);
	if (!mounts.count)
		block_mounts_read(tables, "self", &mounts);
	vector_each(mount, &mounts)
		if (is_host_place(mount->place) && mount->device &&
		    is_below(tables, device, mount->device))
			return error_set(err, "'%s' carries the host's own "
			    "'%s'", name, mount->place);
	return 0;
}
