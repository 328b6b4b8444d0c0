#include "disk/filesystem.h"

#include <linux/fs.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <uuid/uuid.h>

#include "base/buffer.h"
#include "base/cleanup.h"
#include "base/command.h"
#include "base/size.h"
#include "disk/ext_state.h"
#include "disk/filesystem_family.h"
#include "disk/private_mount.h"
#include "disk/transfer.h"

static const struct filesystem_type {
	const char *name;
	const struct filesystem_family *family;
} types[] = {
	{"ext2", &filesystem_ext},
	{"ext3", &filesystem_ext},
	{"ext4", &filesystem_ext},
	{"swap", &filesystem_swap},
	{"xfs", &filesystem_xfs},
	{"btrfs", &filesystem_btrfs},
};

enum { TYPES = sizeof(types) / sizeof(*types) };

/* What struct filesystem says is only ext's, as messages call it. */
static const struct {
	const char *name;
	size_t offset;
	size_t length;
} ext_options[] = {
#define EXT_OPTION(name, field) {name, offsetof(struct filesystem, field), \
	sizeof(((struct filesystem *)0)->field)}
	EXT_OPTION("changes to the features", changes),
	EXT_OPTION("a reserved part", reserved),
	EXT_OPTION("a journal's size", journal_size),
	EXT_OPTION("an inode size", inode_size),
	EXT_OPTION("a number of bytes per inode", bytes_per_inode),
	EXT_OPTION("a stride", stride),
	EXT_OPTION("a stripe width", stripe_width),
	EXT_OPTION("lazy initialisation", lazy),
};

static const struct filesystem_family *
family_find(const char *type, struct error *err)
{
	auto_buffer struct buffer known = {0};

	for (size_t i = 0; i < TYPES; i++) {
		if (!strcmp(type, types[i].name))
			return types[i].family;
		buffer_printf(&known, "%s%s", !i ? "" : i == TYPES - 1
		    ? " and " : ", ", types[i].name);
	}
	error_usage(err, "unknown filesystem type '%s'; there are %s", type,
	    known.data);
	return NULL;
}

const char *
filesystem_package(const char *type)
{
	auto_error struct error ignored = {0};
	const struct filesystem_family *family = family_find(type, &ignored);

	return family ? family->package : NULL;
}

static int
check_identity(const struct filesystem *filesystem,
    const struct filesystem_family *family, struct error *err)
{
	const char *label = filesystem->label ? filesystem->label : "";
	uuid_t uuid;

	if (strlen(label) > family->label_max)
		return error_usage(err, "the label '%s' is too long for %s, "
		    "which takes %zu bytes", label, filesystem->type,
		    family->label_max);
	for (const char *byte = label; *byte; byte++)
		if ((unsigned char)*byte < ' ' || *byte == 0x7f)
			return error_usage(err, "a label has no control "
			    "characters");
	if (uuid_parse(filesystem->uuid, uuid) < 0)
		return error_usage(err, "'%s' is not a UUID",
		    filesystem->uuid);
	if (filesystem->hash_seed &&
	    uuid_parse(filesystem->hash_seed, uuid) < 0)
		return error_usage(err, "'%s' is not a hash seed, which has "
		    "the form of a UUID", filesystem->hash_seed);
	return 0;
}

static int
check_ext_options(const struct filesystem *filesystem, struct error *err)
{
	static const char nothing[sizeof(uint64_t)];

	for (size_t i = 0; i < sizeof(ext_options) / sizeof(*ext_options); i++)
		if (memcmp((const char *)filesystem + ext_options[i].offset,
		    nothing, ext_options[i].length))
			return error_usage(err, "%s: that is for ext2, ext3 "
			    "and ext4, not for %s", ext_options[i].name,
			    filesystem->type);
	return 0;
}

static int
check_size(const struct filesystem *filesystem,
    const struct filesystem_family *family, struct error *err)
{
	auto_free char *smallest = size_text(family->smallest);

	if (!filesystem->size || filesystem->size >= family->smallest)
		return 0;
	return error_usage(err, "too small for %s; at least %s is needed",
	    filesystem->type, smallest);
}

int
filesystem_check(const struct filesystem *filesystem, struct error *err)
{
	const struct filesystem_family *family =
	    family_find(filesystem->type, err);

	if (!family)
		return -1;
	if (!command_exists(family->program))
		return error_set(err, "%s is made by %s, which is not here; "
		    "install %s", filesystem->type, family->program,
		    family->package);
	if (check_identity(filesystem, family, err) < 0 ||
	    (!family->is_ext && check_ext_options(filesystem, err) < 0) ||
	    check_size(filesystem, family, err) < 0)
		return -1;
	return family->check ? family->check(filesystem, err) : 0;
}

uint64_t
filesystem_size_for(const struct filesystem *filesystem, uint64_t bytes)
{
	auto_error struct error unknown = {0};
	const struct filesystem_family *family =
	    family_find(filesystem->type, &unknown);
	uint64_t size = family && family->size_for
	    ? family->size_for(filesystem, bytes) : 0;

	return family && size < family->smallest ? family->smallest : size;
}

static void
discard_device(const struct filesystem *filesystem, int device)
{
	uint64_t range[2] = {0, filesystem->size};

	/* Advice: what a device does not know it need not do. */
	if (filesystem->discard)
		(void)ioctl(device, BLKDISCARD, range);
}

/*
 * Made in the image, or in memory for the device; with the tree in it if there
 * is a walk.
 */
static int
make_file(const struct filesystem *filesystem, int fd,
    const struct tree_walk *walk, struct events *events, struct error *err)
{
	const struct filesystem_family *family =
	    family_find(filesystem->type, err);

	return walk ? family->make_filled(filesystem, fd, walk, events, err)
	    : family->make(filesystem, fd, events, err);
}

static int
make_on_device(const struct filesystem *filesystem, int device,
    const struct tree_walk *walk, struct events *events, struct error *err)
{
	auto_close int memory = memfd_create("filesystem", MFD_CLOEXEC);
	const struct filesystem_family *family =
	    family_find(filesystem->type, err);

	if (memory < 0 || ftruncate(memory, (off_t)filesystem->size) < 0)
		return error_errno(err, "memory file");
	if (make_file(filesystem, memory, walk, events, err) < 0)
		return -1;
	discard_device(filesystem, device);
	return family->transfer
	    ? family->transfer(filesystem, memory, device, err)
	    : transfer_whole(memory, device, err);
}

static int
make_on(const struct filesystem *filesystem, int fd,
    const struct tree_walk *walk, struct events *events, struct error *err)
{
	struct filesystem onto = *filesystem;
	unsigned sector_size;
	struct stat status;

	if (fstat(fd, &status) < 0)
		return error_errno(err, "make filesystem");
	if (!S_ISBLK(status.st_mode))
		return make_file(filesystem, fd, walk, events, err);
	if (ioctl(fd, BLKSSZGET, &sector_size) == 0)
		onto.sector_size = sector_size;
	return make_on_device(&onto, fd, walk, events, err);
}

int
filesystem_make(const struct filesystem *filesystem, int fd,
    struct events *events, struct error *err)
{
	const struct filesystem_family *family =
	    family_find(filesystem->type, err);

	if (!family || filesystem_check(filesystem, err) < 0)
		return -1;
	if (family->make_filled && !filesystem->stays_empty &&
	    !private_mount_is_possible())
		return 0;
	return make_on(filesystem, fd, NULL, events, err);
}

int
filesystem_check_existing(int fd, struct signature *signature,
    struct events *events, struct error *err)
{
	if (signature_read(fd, signature, err) < 0)
		return -1;
	if (!signature->type || strncmp(signature->type, "ext", 3))
		return error_set(err, "it holds %s; only ext2, ext3 and ext4 "
		    "can be kept", signature->type ? signature->type
		    : "no known filesystem");
	if (ext_state_check_empty(fd, err) < 0)
		return -1;
	return ext_state_check_all(fd, events, err);
}

static int
fill_mounted(const struct filesystem_family *family, int fd,
    const struct tree_walk *walk, struct error *err)
{
	auto_private_mount struct private_mount mount = PRIVATE_MOUNT_NONE;

	if (private_mount_open(&mount, family->mounted_as, fd, err) < 0)
		return -1;
	return private_mount_fill(&mount, walk, err);
}

int
filesystem_fill(const struct filesystem *filesystem, int fd,
    const struct tree_walk *walk, struct events *events, struct error *err)
{
	const struct filesystem_family *family =
	    family_find(filesystem->type, err);

	if (!family)
		return -1;
	if (family->fill)
		return family->fill(filesystem, fd, walk, err);
	if (!family->mounted_as)
		return error_usage(err, "%s holds no files", filesystem->type);
	if (private_mount_is_possible())
		return fill_mounted(family, fd, walk, err);
	return make_on(filesystem, fd, walk, events, err);
}
