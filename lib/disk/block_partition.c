#include "disk/block_partition.h"

#include <blkid/blkid.h>
#include <fcntl.h>
#include <string.h>
#include <sys/sysmacros.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/size.h"

/* UEFI specification 5.3.3, the Discoverable Partitions Specification, GRUB's
 * manual; numbers are of MBR. */
static const struct {
	const char *type;
	const char *noun;
} boot_types[] = {
	{"c12a7328-f81f-11d2-ba4b-00a0c93ec93b", "an EFI system partition"},
	{"0xef", "an EFI system partition"},
	{"21686148-6449-6e6f-744e-656564454649", "a BIOS boot partition"},
	{"9e1a2d38-c612-4316-aa26-8b49521e5a8b", "a PReP boot partition"},
	{"0x41", "a PReP boot partition"},
	{"bc13c2ff-59e6-4262-a352-b275fd6f7172",
	    "an extended boot loader partition"},
};

/* --- udev's notes: lines "E:ID_PART_ENTRY_TYPE=…" ------------------------ */

static char *
udev_property(const struct block_tables *tables, dev_t device,
    const char *name)
{
	auto_free char *path = memory_printf("b%u:%u", major(device),
	    minor(device));
	auto_free char *front = memory_printf("E:%s=", name);
	auto_error struct error ignored = {0};
	auto_buffer struct buffer text = {0};
	struct view rest, line;

	if (tables->udev < 0 ||
	    file_read_at(tables->udev, path, &text, &ignored) < 0)
		return NULL;
	rest = view_of(text.data);
	while (view_cut(&rest, '\n', &line))
		if (view_starts(line, front))
			return view_string((struct view){
			    line.data + strlen(front),
			    line.length - strlen(front)});
	return NULL;
}

/* --- libblkid ------------------------------------------------------------ */

/* The node of that very disk; -1: there is none. */
static int
open_disk(const struct block_tables *tables, dev_t disk)
{
	auto_free char *node = block_node(tables, disk);
	auto_close int fd = open(node, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	struct stat status;

	return fd >= 0 && fstat(fd, &status) == 0 &&
	    S_ISBLK(status.st_mode) && status.st_rdev == disk
	    ? steal_fd(&fd) : -1;
}

/* GPT has a text for it, MBR a number. */
static char *
partition_type(blkid_partition partition)
{
	const char *text = blkid_partition_get_type_string(partition);

	return text ? memory_string(text)
	    : memory_printf("0x%x", blkid_partition_get_type(partition));
}

static char *
read_type(blkid_probe probe, int disk, uint64_t number)
{
	blkid_partition partition = NULL;
	blkid_partlist list;

	if (blkid_probe_set_device(probe, disk, 0, 0) < 0)
		return NULL;
	blkid_probe_enable_partitions(probe, 1);
	list = blkid_probe_get_partitions(probe);
	if (list)
		partition = blkid_partlist_get_partition_by_partno(list,
		    (int)number);
	return partition ? partition_type(partition) : NULL;
}

static char *
type_in_table(const struct block_tables *tables, dev_t partition)
{
	auto_free char *text = block_attribute(tables, partition, "partition");
	auto_close int disk =
	    open_disk(tables, block_disk(tables, partition));
	auto_error struct error ignored = {0};
	blkid_probe probe = disk < 0 ? NULL : blkid_new_probe();
	uint64_t number;
	char *type = probe && text && number_parse(view_of(text), &number,
	    &ignored) == 0 ? read_type(probe, disk, number) : NULL;

	blkid_free_probe(probe);
	return type;
}

/* ------------------------------------------------------------------------- */

char *
block_partition_uuid(const struct block_tables *tables, dev_t partition)
{
	return udev_property(tables, partition, "ID_PART_ENTRY_UUID");
}

const char *
block_partition_boots(const struct block_tables *tables, dev_t partition)
{
	auto_free char *type =
	    udev_property(tables, partition, "ID_PART_ENTRY_TYPE");

	if (!type)
		type = type_in_table(tables, partition);
	for (size_t i = 0; type &&
	    i < sizeof(boot_types) / sizeof(*boot_types); i++)
		if (!strcmp(type, boot_types[i].type))
			return boot_types[i].noun;
	return NULL;
}
