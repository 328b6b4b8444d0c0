#include "disk/block_use.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/memory.h"
#include "disk/block_holder.h"
#include "disk/block_host.h"
#include "disk/block_mount.h"
#include "disk/file_use.h"

/* Where a process sees the device mounted, or NULL. */
static char *
mount_place(const struct block_tables *tables, const char *process,
    dev_t device)
{
	auto_block_mounts struct block_mounts mounts = {0};

	block_mounts_read(tables, process, &mounts);
	vector_each(mount, &mounts)
		if (mount->device == device)
			return memory_string(mount->place);
	return NULL;
}

static int
check_own_mounts(const struct block_tables *tables, dev_t device,
    const char *name, struct error *err)
{
	auto_free char *place = mount_place(tables, "self", device);

	if (!place)
		return 0;
	return error_set(err, "'%s' is mounted on '%s'%s", name, place,
	    strcmp(place, "/") ? "; unmount it first" : "");
}

/* Every mount namespace once; those of others' processes only as root. */
static int
check_all_mounts(const struct block_tables *tables, dev_t device,
    const char *name, struct error *err)
{
	int fd = openat(tables->proc, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	auto_closedir DIR *proc = fd < 0 ? NULL : fdopendir(fd);
	auto_strings struct strings seen = {0};
	struct dirent *entry;

	while (proc && (entry = readdir(proc))) {
		auto_free char *link =
		    memory_printf("%s/ns/mnt", entry->d_name);
		auto_free char *place = NULL;
		char space[64] = "";

		if (!isdigit((unsigned char)*entry->d_name) ||
		    readlinkat(fd, link, space, sizeof(space) - 1) < 0 ||
		    strings_has(&seen, space))
			continue;
		strings_add(&seen, space);
		place = mount_place(tables, entry->d_name, device);
		if (place)
			return error_set(err, "'%s' is mounted on '%s' "
			    "(process %s)", name, place, entry->d_name);
	}
	return 0;
}

static int
check_holders(const struct block_tables *tables, dev_t device,
    const char *name, struct error *err)
{
	auto_block_devices struct block_devices holders = {0};
	auto_free char *what = NULL;

	block_list(tables, device, "holders", &holders);
	if (!holders.count)
		return 0;
	what = block_holder_describe(tables, holders.items[0]);
	return error_set(err, "'%s' is held by %s", name, what);
}

/* A cache, and a disk without its cache, are held without a device on top. */
static int
check_bcache(const struct block_tables *tables, dev_t device,
    const char *name, struct error *err)
{
	auto_free char *node = block_node(tables, device);

	if (!block_has(tables, device, "bcache") ||
	    view_starts(view_of(node), "/dev/bcache"))
		return 0;
	return error_set(err, "'%s' is registered with bcache", name);
}

static int
check_file_use(const struct block_tables *tables, dev_t device,
    const char *name, struct error *err)
{
	struct stat status = {.st_mode = S_IFBLK, .st_rdev = device};

	return file_use_check(tables, &status, name, err);
}

static int (*const block_checks[])(const struct block_tables *tables,
    dev_t device, const char *name, struct error *err) = {
	check_own_mounts, check_all_mounts, check_file_use, check_holders,
	check_bcache,
};

static int
check_device(const struct block_tables *tables, dev_t device,
    const char *name, struct error *err)
{
	for (size_t i = 0; i < sizeof(block_checks) / sizeof(*block_checks);
	    i++)
		if (block_checks[i](tables, device, name, err) < 0)
			return -1;
	return 0;
}

static int
check_partitions(const struct block_tables *tables, dev_t device,
    const char *name, struct error *err)
{
	auto_block_devices struct block_devices partitions = {0};

	block_partitions(tables, device, &partitions);
	vector_each(partition, &partitions) {
		auto_free char *node = block_node(tables, *partition);

		if (check_device(tables, *partition, node, err) < 0)
			return error_prefix(err, "a partition of '%s' is in "
			    "use", name);
	}
	return 0;
}

/* A disk that is held as a whole may show partitions nevertheless. */
static int
check_disk(const struct block_tables *tables, dev_t device, const char *name,
    struct error *err)
{
	dev_t disk = block_disk(tables, device);
	auto_free char *node = block_node(tables, disk);

	if (disk != device && (check_holders(tables, disk, node, err) < 0 ||
	    check_file_use(tables, disk, node, err) < 0))
		return error_prefix(err, "the disk of '%s' is in use", name);
	return 0;
}

int
block_use_check(const struct block_tables *tables, dev_t device,
    const char *name, struct error *err)
{
	if (check_device(tables, device, name, err) < 0 ||
	    block_host_check(tables, device, name, err) < 0 ||
	    check_partitions(tables, device, name, err) < 0)
		return -1;
	return check_disk(tables, device, name, err);
}
