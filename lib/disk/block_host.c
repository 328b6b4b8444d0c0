#include "disk/block_host.h"

#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "disk/block_mount.h"
#include "disk/block_partition.h"

static const char loader_variable[] = "firmware/efi/efivars/"
    "LoaderDevicePartUUID-4a67b082-0a4c-41cf-b6c7-440b29bb8c4f";

/* Of a variable's file: attributes in front of the value. */
enum { VARIABLE_ATTRIBUTES = 4 };

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

static int
check_place(const struct block_tables *tables, dev_t device,
    const char *name, const struct block_mount *mount, struct error *err)
{
	dev_t disk = block_disk(tables, device);
	const char *boots;

	if (is_below(tables, device, mount->device))
		return error_set(err, "'%s' carries the host's own '%s'",
		    name, mount->place);
	if (disk == device || !is_below(tables, disk, mount->device))
		return 0;
	boots = block_partition_boots(tables, device);
	return boots ? error_set(err, "'%s' is %s, on a disk of the host's own "
	    "'%s'", name, boots, mount->place) : 0;
}

/* The partition's UUID, in UTF-16; empty if no boot loader has said it. */
static void
read_loader(const struct block_tables *tables, struct buffer *uuid)
{
	auto_error struct error ignored = {0};
	auto_buffer struct buffer variable = {0};

	if (file_read_at(tables->sys, loader_variable, &variable,
	    &ignored) < 0)
		return;
	for (size_t i = VARIABLE_ATTRIBUTES; i < variable.length &&
	    variable.data[i]; i += 2)
		buffer_add(uuid, &variable.data[i], 1);
}

static int
check_loader(const struct block_tables *tables, dev_t device,
    const char *name, struct error *err)
{
	auto_block_devices struct block_devices devices = {0};
	auto_buffer struct buffer loader = {0};

	read_loader(tables, &loader);
	if (!loader.length)
		return 0;
	devices_add(&devices, device);
	block_partitions(tables, device, &devices);
	vector_each(part, &devices) {
		auto_free char *uuid = block_partition_uuid(tables, *part);

		if (uuid && !strcasecmp(uuid, loader.data))
			return error_set(err, "the host booted from '%s'",
			    name);
	}
	return 0;
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
		    check_place(tables, device, name, mount, err) < 0)
			return -1;
	return check_loader(tables, device, name, err);
}
