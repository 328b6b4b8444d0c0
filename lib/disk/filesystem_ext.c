#include "disk/filesystem_family.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/epoch.h"
#include "base/memory.h"
#include "disk/ext_features.h"
#include "disk/ext_transfer.h"
#include "disk/format_program.h"
#include "tree/sink.h"

enum { BLOCK = 4096, INODE_SIZE = 256, BYTES_PER_INODE = 16384 };

static const uint64_t MIB = 1 << 20;

static const char configuration[] =
    "[defaults]\n"
    "	base_features = none\n"
    "	default_mntopts = acl,user_xattr\n"
    "	enable_periodic_fsck = 0\n"
    "	blocksize = 4096\n"
    "	inode_ratio = 16384\n"
    "	reserved_ratio = 5.0\n"
    "	lazy_itable_init = 0\n"
    "	lazy_journal_init = 0\n"
    "	discard = 1\n"
    "[fs_types]\n"
    "	ext2 = {\n		inode_size = 256\n	}\n"
    "	ext3 = {\n		inode_size = 256\n	}\n"
    "	ext4 = {\n		inode_size = 256\n	}\n";

/* What every kernel since 2.6 reads and writes. */
#define EXT2 "ext_attr,resize_inode,dir_index,filetype,sparse_super,large_file"

static const struct {
	const char *type;
	const char *features;
} own_features[] = {
	{"ext2", EXT2},
	{"ext3", "has_journal," EXT2},
};

/* Of all that ext has, what has no place of its own: {value, least, most}. */
static const struct {
	const char *name;
	size_t offset;
	uint64_t least, most;
} numbers[] = {
	{"inode size", offsetof(struct filesystem, inode_size), 128, BLOCK},
	{"number of bytes per inode",
	    offsetof(struct filesystem, bytes_per_inode), 1024, 64 << 20},
	{"stride", offsetof(struct filesystem, stride), 1, INT32_MAX},
	{"stripe width", offsetof(struct filesystem, stripe_width), 1,
	    INT32_MAX},
	{"journal", offsetof(struct filesystem, journal_size), 4 << 20,
	    UINT64_C(40) << 30},
};

static int
ext_features(const struct filesystem *filesystem, struct strings *features,
    struct error *err)
{
	const char *list = filesystem->features;

	for (size_t i = 0; !list &&
	    i < sizeof(own_features) / sizeof(*own_features); i++)
		if (!strcmp(filesystem->type, own_features[i].type))
			list = own_features[i].features;
	return ext_features_read(features, list ? list : "",
	    filesystem->changes, err);
}

/* --- checked before anything is done ------------------------------------ */

static int
check_reserved(const char *reserved, struct error *err)
{
	size_t whole = strspn(reserved, "0123456789");
	size_t dot = reserved[whole] == '.';
	size_t part = dot ? strspn(reserved + whole + 1, "0123456789") : 0;

	if (whole && !reserved[whole + dot + part] &&
	    strtod(reserved, NULL) <= 50)
		return 0;
	return error_usage(err, "'%s' is not a part to reserve; it is a "
	    "percentage from 0 to 50", reserved);
}

static int
check_numbers(const struct filesystem *filesystem, struct error *err)
{
	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
		uint64_t value = *(const uint64_t *)(const void *)
		    ((const char *)filesystem + numbers[i].offset);

		if (value && (value < numbers[i].least ||
		    value > numbers[i].most))
			return error_usage(err, "a %s of %llu is not to be "
			    "had; it is %llu to %llu", numbers[i].name,
			    (unsigned long long)value,
			    (unsigned long long)numbers[i].least,
			    (unsigned long long)numbers[i].most);
	}
	if (filesystem->inode_size & (filesystem->inode_size - 1))
		return error_usage(err, "an inode size of %llu is not to be "
		    "had; it is a power of 2",
		    (unsigned long long)filesystem->inode_size);
	return 0;
}

static int
ext_check(const struct filesystem *filesystem, struct error *err)
{
	auto_strings struct strings features = {0};

	if (ext_features(filesystem, &features, err) < 0 ||
	    check_numbers(filesystem, err) < 0 ||
	    (filesystem->reserved &&
	    check_reserved(filesystem->reserved, err) < 0))
		return -1;
	if (filesystem->journal_size && !strings_has(&features, "has_journal"))
		return error_usage(err, "a journal's size is for filesystems "
		    "that have one; add the feature has_journal");
	return 0;
}

/* --- size -------------------------------------------------------------- */

/* mke2fs's default (ext2fs_default_journal_size), in blocks. */
static const struct {
	uint64_t below;
	uint64_t journal;
} journal_sizes[] = {
	{32768, 1024},
	{256 * 1024, 4096},
	{512 * 1024, 8192},
	{4096 * 1024, 16384},
	{8192 * 1024, 32768},
	{16384 * 1024, 65536},
	{32768 * 1024, 131072},
	{UINT64_MAX, 262144},
};

static uint64_t
journal_blocks(const struct filesystem *filesystem, uint64_t blocks)
{
	size_t i = 0;

	if (filesystem->journal_size)
		return filesystem->journal_size / BLOCK;
	while (blocks >= journal_sizes[i].below)
		i++;
	return journal_sizes[i].journal;
}

/* Groups that hold a copy of the superblock: 0, 1, powers of 3, 5 and 7. */
static uint64_t
superblock_copies(uint64_t groups)
{
	uint64_t copies = groups > 1 ? 2 : 1;

	for (uint64_t base = 3; base <= 7; base += 2)
		for (uint64_t group = base; group < groups; group *= base)
			copies++;
	return copies;
}

static uint64_t
inode_size(const struct filesystem *filesystem)
{
	return filesystem->inode_size ? filesystem->inode_size : INODE_SIZE;
}

static uint64_t
bytes_per_inode(const struct filesystem *filesystem)
{
	return filesystem->bytes_per_inode ? filesystem->bytes_per_inode
	    : BYTES_PER_INODE;
}

/* Blocks that the filesystem keeps to itself. */
static uint64_t
overhead_blocks(const struct filesystem *filesystem, uint64_t blocks)
{
	uint64_t groups = (blocks + 8 * BLOCK - 1) / (8 * BLOCK);
	uint64_t by_ratio = blocks * BLOCK / bytes_per_inode(filesystem);
	uint64_t inodes = filesystem->inodes + 16;
	uint64_t tables = (by_ratio > inodes ? by_ratio : inodes) *
	    inode_size(filesystem) / BLOCK + groups;
	uint64_t growth = groups * 16 < 1024 ? groups * 16 : 1024;

	return tables + 2 * groups + journal_blocks(filesystem, blocks) +
	    superblock_copies(groups) * (2 + growth + groups / 64);
}

static uint64_t
ext_size_for(const struct filesystem *filesystem, uint64_t bytes)
{
	uint64_t content = bytes / BLOCK + bytes / BLOCK / 128 + 64;
	uint64_t blocks = content, size = 0;

	/* Larger has more overhead; it settles after a few rounds. */
	for (int i = 0; i < 16; i++) {
		size = (blocks * BLOCK + MIB - 1) / MIB * MIB;
		blocks = content + overhead_blocks(filesystem, size / BLOCK);
	}
	return size;
}

/* --- making it --------------------------------------------------------- */

static void
add_number(struct command *command, const char *option, uint64_t number)
{
	if (!number)
		return;
	command_add(command, option);
	command_addf(command, "%llu", (unsigned long long)number);
}

static void
add_extended(const struct filesystem *filesystem, struct command *command)
{
	auto_buffer struct buffer options = {0};

	buffer_printf(&options, "root_owner=0:0,hash_seed=%s",
	    filesystem->hash_seed);
	if (filesystem->lazy)
		buffer_text(&options, ",lazy_itable_init=1,"
		    "lazy_journal_init=1");
	if (filesystem->stride)
		buffer_printf(&options, ",stride=%llu",
		    (unsigned long long)filesystem->stride);
	if (filesystem->stripe_width)
		buffer_printf(&options, ",stripe_width=%llu",
		    (unsigned long long)filesystem->stripe_width);
	command_add(command, "-E");
	command_add(command, options.data);
}

static void
add_inodes(const struct filesystem *filesystem, struct command *command)
{
	uint64_t by_ratio = filesystem->size / bytes_per_inode(filesystem);

	add_number(command, "-I", filesystem->inode_size);
	add_number(command, "-i", filesystem->bytes_per_inode);
	if (filesystem->inodes > by_ratio)
		add_number(command, "-N", filesystem->inodes);
}

static void
add_options(const struct filesystem *filesystem, struct command *command)
{
	if (filesystem->label) {
		command_add(command, "-L");
		command_add(command, filesystem->label);
	}
	if (filesystem->reserved) {
		command_add(command, "-m");
		command_add(command, filesystem->reserved);
	}
	if (filesystem->journal_size) {
		command_add(command, "-J");
		command_addf(command, "size=%llu", (unsigned long long)
		    (filesystem->journal_size / MIB));
	}
	add_extended(filesystem, command);
	add_inodes(filesystem, command);
}

static int
ext_arguments(const struct filesystem *filesystem, struct command *command,
    struct error *err)
{
	const char *const fixed[] = {
		"mke2fs", "-q", "-F", "-t", filesystem->type,
		"-U", filesystem->uuid, "-O", NULL,
	};
	auto_strings struct strings features = {0};
	auto_free char *option = NULL;

	if (ext_features(filesystem, &features, err) < 0)
		return -1;
	option = ext_features_option(&features);
	format_program_add(command, fixed);
	command_add(command, option);
	add_options(filesystem, command);
	command_add(command, FORMAT_PATH);
	command_addf(command, "%lluk",
	    (unsigned long long)(filesystem->size / BLOCK * BLOCK / 1024));
	return 0;
}

/* The name is e2fsprogs' own; its 1.47.0 knows no SOURCE_DATE_EPOCH. */
static void
ext_environment(struct command *command)
{
	auto_free char *epoch = memory_printf("%lld",
	    (long long)source_date_epoch());

	command_setenv(command, "MKE2FS_CONFIG", FORMAT_CONFIGURATION);
	if (source_date_epoch() > 0)
		command_setenv(command, "E2FSPROGS_FAKE_TIME", epoch);
}

static int
ext_make(const struct filesystem *filesystem, int fd, struct events *events,
    struct error *err)
{
	auto_command struct command command = {0};
	auto_close int text = -1;

	if (ext_arguments(filesystem, &command, err) < 0)
		return -1;
	text = format_program_configure(&command, view_of(configuration), err);
	if (text < 0)
		return -1;
	ext_environment(&command);
	return format_program_run(&command, fd, events, err);
}

static int
ext_onto_device(const struct filesystem *filesystem, int memory, int device,
    struct error *err)
{
	return ext_transfer(memory, device, filesystem->lazy, err);
}

static int
ext_fill(const struct filesystem *filesystem, int fd,
    const struct tree_walk *walk, struct error *err)
{
	struct tree_sink *sink = sink_ext_new(fd, err);
	int result;

	(void)filesystem;
	if (!sink)
		return -1;
	result = tree_walk(walk, sink, err);
	if (result == 0)
		result = sink->finish(sink, err);
	sink->free(sink);
	return result;
}

const struct filesystem_family filesystem_ext = {
	.program = "mke2fs", .package = "e2fsprogs",
	.label_max = 16, .smallest = 16 << 20, .is_ext = true,
	.check = ext_check, .size_for = ext_size_for,
	.make = ext_make, .transfer = ext_onto_device, .fill = ext_fill,
};
