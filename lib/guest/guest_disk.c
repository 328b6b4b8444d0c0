#include "guest/guest_disk.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/memory.h"
#include "base/options.h"
#include "base/parameters.h"
#include "base/size.h"
#include "base/text.h"
#include "disk/partition_table.h"
#include "disk/volume.h"
#include "guest/network_disk.h"

#define MIB ((uint64_t)1 << 20)
#define TIB ((uint64_t)1 << 40)
#define DISK(member) offsetof(struct guest_disk, member)

static const struct option disk_table[] = {
	{0, "size", "SIZE", "of an image", OPTION_SIZE, DISK(size)},
	{0, "fs", "TYPE", "what is made on it", OPTION_TEXT, DISK(fs)},
	{0, "mount", "DIR", "where the guest mounts it", OPTION_TEXT,
	    DISK(mount)},
	{0, "vdev", "NAME", "what the domain calls it", OPTION_TEXT,
	    DISK(vdev)},
	{0, "label", "LABEL", "of the filesystem", OPTION_TEXT, DISK(label)},
	{0, "uuid", "UUID", "of the filesystem", OPTION_TEXT, DISK(uuid)},
	{0, "format", "FORMAT", "of an image", OPTION_TEXT, DISK(format)},
	{0, "table", "KIND", "of partitions", OPTION_TEXT, DISK(table)},
	{0, "volume", "KIND", "it is made by the system's tools", OPTION_TEXT,
	    DISK(volume)},
	{0, "dump", "NUMBER", "of fstab(5)", OPTION_TEXT, DISK(dump)},
	{0, "pass", "NUMBER", "of fsck, in fstab(5)", OPTION_TEXT, DISK(pass)},
	{0, "options", "OPTIONS", "of fstab(5)", OPTION_TEXT, DISK(options)},
	OPTIONS_END
};

static const struct parameters parameters = {disk_table, "options",
    "PATH,size=4G (a path may not hold a comma)"};

/* An address has parameters of its own, up to the first of ours. */
static void
address_take(struct view *rest, struct view *path)
{
	struct view part;

	while (rest->data && !parameters_find(&parameters, *rest)) {
		view_cut(rest, ',', &part);
		path->length = (size_t)(part.data + part.length - path->data);
	}
}

int
guest_disk_parse(const char *text, struct guest_disk *disk, struct error *err)
{
	struct view rest = view_of(text), path;

	view_cut(&rest, ',', &path);
	if (!path.length)
		return error_usage(err, "the path is missing");
	disk->path = view_string(path);
	if (guest_disk_is_network(disk)) {
		address_take(&rest, &path);
		free(disk->path);
		disk->path = view_string(path);
	}
	if (parameters_parse(&parameters, rest, disk, err) < 0)
		return -1;
	if (guest_disk_is_network(disk) && !disk->fs)
		disk->fs = memory_string("none");
	return 0;
}

void
guest_disk_text(const struct guest_disk *disk, struct buffer *text)
{
	buffer_text(text, disk->path);
	parameters_text(&parameters, disk, text);
}

bool
guest_disk_is_network(const struct guest_disk *disk)
{
	return network_disk_find(disk->path);
}

bool
guest_disk_is_swap(const struct guest_disk *disk)
{
	return disk->fs && strcmp(disk->fs, "swap") == 0;
}

bool
guest_disk_is_written(const struct guest_disk *disk)
{
	return !disk->fs || strcmp(disk->fs, "none");
}

static bool
is_blank(const struct guest_disk *disk)
{
	return disk->fs && !strcmp(disk->fs, "blank");
}

bool
guest_disk_is_formatted(const struct guest_disk *disk)
{
	return guest_disk_is_written(disk) && !is_blank(disk);
}

bool
guest_disk_is_qcow2(const struct guest_disk *disk)
{
	return disk->format ? !strcmp(disk->format, "qcow2")
	    : view_ends(view_of(disk->path), ".qcow2") &&
	    !guest_disk_is_network(disk);
}

bool
guest_disk_is_root(const struct guest_disk *disk)
{
	return disk->mount && strcmp(disk->mount, "/") == 0;
}

bool
guest_disk_wants_mount(const struct guest_disk *disk)
{
	return guest_disk_is_formatted(disk) && !guest_disk_is_swap(disk);
}

/* What the guest needs before it has mounted anything, and what it mounts
 * itself; with all below. */
static const char *const own_of_root[] = {
	"bin", "boot", "dev", "etc", "lib", "lib32", "lib64", "libx32", "proc",
	"root", "run", "sbin", "sys", NULL
};

static bool
is_own_of_root(struct view top)
{
	for (size_t i = 0; own_of_root[i]; i++)
		if (view_is(top, own_of_root[i]))
			return true;
	return false;
}

static int
disk_check_mount(const struct guest_disk *disk, struct error *err)
{
	struct view rest = view_of(disk->mount), part, top;

	if (guest_disk_is_root(disk))
		return 0;
	view_cut(&rest, '/', &part);
	if (part.length || !rest.length)
		return error_usage(err, "mount '%s' is no absolute path",
		    disk->mount);
	top = rest;
	while (view_cut(&rest, '/', &part))
		if (!part.length || view_is(part, ".") || view_is(part, ".."))
			return error_usage(err, "mount '%s' is no plain path; "
			    "write /home or /var/log", disk->mount);
	view_cut(&top, '/', &part);
	if (is_own_of_root(part))
		return error_usage(err, "mount '%s' must stay on the root",
		    disk->mount);
	for (const char *c = disk->mount; *c; c++)
		if (isspace((unsigned char)*c) || iscntrl((unsigned char)*c))
			return error_usage(err, "mount '%s' has a blank or "
			    "control character", disk->mount);
	return 0;
}

/* Its content is not ours to make. */
static int
disk_check_network(const struct guest_disk *disk, struct error *err)
{
	if (!guest_disk_is_network(disk))
		return 0;
	if (guest_disk_is_formatted(disk) || disk->format)
		return error_usage(err, "a network disk is left as it is; it "
		    "has neither fs= nor format=");
	return network_disk_check(disk->path, err);
}

/* One digit is all that dump(8) and fsck(8) look at. */
static int
disk_check_number(const char *name, const char *text, struct error *err)
{
	return !text || (isdigit((unsigned char)*text) && !text[1]) ? 0
	    : error_usage(err, "%s '%s' is no number from 0 to 9", name, text);
}

static int
disk_check_place(const struct guest_disk *disk, struct error *err)
{
	if (disk->mount && !guest_disk_wants_mount(disk))
		return error_usage(err, "fs=%s is not mounted", disk->fs);
	if (!disk->mount && guest_disk_wants_mount(disk))
		return error_usage(err, "it needs mount=, fs=swap or fs=none");
	if (is_blank(disk) && (disk->label || disk->uuid || disk->options ||
	    disk->table || disk->dump || disk->pass))
		return error_usage(err, "the installer decides what is on it; "
		    "it has neither label, uuid, table nor options");
	if (!guest_disk_is_written(disk) &&
	    (disk->label || disk->uuid || disk->options || disk->size ||
	    disk->volume || disk->table || disk->dump || disk->pass))
		return error_usage(err, "fs=none has neither size, label, "
		    "uuid, volume, table nor options: it is left as it is");
	if (disk_check_number("dump", disk->dump, err) < 0 ||
	    disk_check_number("pass", disk->pass, err) < 0)
		return -1;
	return disk->mount ? disk_check_mount(disk, err) : 0;
}

/* hda1, sda, xvdb, d1p2: xen-vbd-interface(7). */
static int
disk_check_vdev(const struct guest_disk *disk, struct error *err)
{
	const char *c = disk->vdev;

	for (; *c; c++)
		if (!islower((unsigned char)*c) && !isdigit((unsigned char)*c))
			break;
	if (*c || !islower((unsigned char)*disk->vdev))
		return error_usage(err, "vdev '%s' is no name of a virtual "
		    "disk; write xvda1, xvdb, …", disk->vdev);
	return 0;
}

static int
disk_complete_uuid(struct guest_disk *disk, struct error *err)
{
	char *normal;

	if (!disk->uuid)
		return 0;
	normal = uuid_normal(disk->uuid, err);
	if (!normal)
		return -1;
	free(disk->uuid);
	disk->uuid = normal;
	return 0;
}

/* Or what should be one: that it is not there is told later. */
static bool
is_device(const char *path)
{
	struct stat status;

	if (stat(path, &status) == 0)
		return S_ISBLK(status.st_mode);
	return view_starts(view_of(path), "/dev/") &&
	    !view_starts(view_of(path), "/dev/shm/");
}

/* A block device has a size of its own; an image needs one. */
static int
disk_complete_size(struct guest_disk *disk, struct error *err)
{
	bool is_given = disk->size || is_device(disk->path);

	if (!guest_disk_is_written(disk) || (is_given && !disk->size))
		return 0;
	if (!is_given && !guest_disk_is_root(disk))
		return error_usage(err, "it needs a size: size=4G");
	if (!is_given)
		disk->size = 2048 * MIB;
	if (guest_disk_is_root(disk) && disk->size < 64 * MIB)
		return error_usage(err, "a disk of less than 64M holds no "
		    "guest");
	if (disk->size >= 16 * TIB)
		return error_usage(err, "a disk of 16T and more is too large "
		    "for ext4");
	return 0;
}

/* The domain file and the manifest say it of all that is not raw. */
static int
disk_complete_format(struct guest_disk *disk, struct error *err)
{
	bool is_qcow2 = guest_disk_is_qcow2(disk);

	if (disk->format && !is_qcow2 && strcmp(disk->format, "raw"))
		return error_usage(err, "format '%s' is unknown; it can be raw "
		    "or qcow2", disk->format);
	if (is_qcow2 && (is_device(disk->path) || disk->volume))
		return error_usage(err, "format=qcow2 is for image files");
	if (is_qcow2 && !disk->format)
		disk->format = memory_string("qcow2");
	return 0;
}

static int
disk_check_table(const struct guest_disk *disk, struct error *err)
{
	if (!disk->table)
		return 0;
	if (!partition_table_is_kind(disk->table))
		return error_usage(err, "table '%s' is unknown; it can be gpt "
		    "or mbr", disk->table);
	if (disk->vdev && isdigit((unsigned char)
	    disk->vdev[strlen(disk->vdev) - 1]) && *disk->vdev != 'd')
		return error_usage(err, "vdev '%s' is a partition, but table= "
		    "makes a whole disk; write xvda", disk->vdev);
	if (!strcmp(disk->table, "mbr") && disk->size > 2 * TIB)
		return error_usage(err, "table=mbr ends at 2T; use table=gpt");
	return 0;
}

static int
disk_check_volume(const struct guest_disk *disk, struct error *err)
{
	auto_volume struct volume volume = {0};

	return disk->volume
	    ? volume_read(&volume, disk->volume, disk->path, err) : 0;
}

int
guest_disk_complete(struct guest_disk *disk, struct error *err)
{
	if (disk_check_network(disk, err) < 0 ||
	    disk_check_place(disk, err) < 0)
		return -1;
	if ((disk->vdev && disk_check_vdev(disk, err) < 0) ||
	    disk_complete_uuid(disk, err) < 0 ||
	    disk_complete_format(disk, err) < 0 ||
	    disk_check_volume(disk, err) < 0 ||
	    disk_check_table(disk, err) < 0)
		return -1;
	return disk_complete_size(disk, err);
}

/* The root's purposes are the bare words, as they always were. */
void
guest_disk_make_ids(struct guest_disk *disk, const struct identity *identity)
{
	const char *where = guest_disk_is_root(disk) ? ""
	    : disk->mount ? disk->mount : disk->vdev;
	auto_free char *filesystem = memory_printf("filesystem%s", where);
	auto_free char *seed = memory_printf("hash seed%s", where);
	auto_free char *table = memory_printf("table%s", where);

	if (!disk->uuid)
		disk->uuid = identity_uuid(identity, filesystem);
	if (!disk->hash_seed)
		disk->hash_seed = identity_uuid(identity, seed);
	if (disk->table && !disk->table_uuid)
		disk->table_uuid = identity_uuid(identity, table);
}

char *
guest_disk_device(const struct guest_disk *disk, const char *by)
{
	const struct partition_table table = {
		.kind = disk->table, .boots = guest_disk_is_root(disk),
	};

	if (!strcmp(by, "uuid"))
		return memory_printf("UUID=%s", disk->uuid);
	if (!strcmp(by, "label"))
		return memory_printf("LABEL=%s", disk->label);
	return disk->table ? memory_printf("/dev/%s%u", disk->vdev,
	    partition_table_number(&table))
	    : memory_printf("/dev/%s", disk->vdev);
}

void
guest_disk_release(struct guest_disk *disk)
{
	options_release(disk_table, disk);
	free(disk->path);
	free(disk->hash_seed);
	free(disk->table_uuid);
	*disk = (struct guest_disk){0};
}
