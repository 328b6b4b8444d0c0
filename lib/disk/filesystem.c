#include "disk/filesystem.h"

#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/command.h"
#include "base/epoch.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/size.h"
#include "disk/ext_transfer.h"

enum { BLOCK = 4096, INODE_SIZE = 256, BYTES_PER_INODE = 16384 };
enum { DEVICE_FD = 3, CONFIG_FD = 4 };

static const uint64_t MIB = 1 << 20, SMALLEST = 16 << 20;

static const char mke2fs_configuration[] =
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

static int
configuration_open(struct error *err)
{
	auto_close int fd = memfd_create("mke2fs.conf", MFD_CLOEXEC);

	if (fd < 0)
		return error_errno(err, "memory file");
	if (file_write(fd, mke2fs_configuration,
	    sizeof(mke2fs_configuration) - 1, err) < 0)
		return -1;
	return steal_fd(&fd);
}

static void
filesystem_line(void *context, const char *text)
{
	if (*text)
		events_debug(context, "mke2fs: %s", text);
}

static void
command_add_all(struct command *command, const char *const *arguments)
{
	while (*arguments)
		command_add(command, *arguments++);
}

static void
filesystem_arguments(const struct filesystem *filesystem,
    struct command *command)
{
	const char *const fixed[] = {
		"mke2fs", "-q", "-F", "-t", filesystem->type,
		"-U", filesystem->uuid, NULL,
	};

	command_add_all(command, fixed);
	command_add(command, "-O");
	command_addf(command, "none,%s", filesystem->features);
	command_add(command, "-E");
	command_addf(command, "root_owner=0:0,hash_seed=%s",
	    filesystem->hash_seed);
	if (filesystem->label) {
		command_add(command, "-L");
		command_add(command, filesystem->label);
	}
	if (filesystem->inodes > filesystem->size / BYTES_PER_INODE) {
		command_add(command, "-N");
		command_addf(command, "%llu",
		    (unsigned long long)filesystem->inodes);
	}
	command_addf(command, "/proc/self/fd/%d", DEVICE_FD);
	command_addf(command, "%lluk",
	    (unsigned long long)(filesystem->size / BLOCK * BLOCK / 1024));
}

/* The name is e2fsprogs' own; its 1.47.0 knows no SOURCE_DATE_EPOCH. */
static void
filesystem_environment(struct command *command)
{
	auto_free char *epoch = memory_printf("%lld",
	    (long long)source_date_epoch());

	command_setenv(command, "LC_ALL", "C");
	command_setenv(command, "MKE2FS_CONFIG", "/proc/self/fd/4");
	if (source_date_epoch() > 0)
		command_setenv(command, "E2FSPROGS_FAKE_TIME", epoch);
}

static int
filesystem_run(const struct filesystem *filesystem, int fd,
    struct events *events, struct error *err)
{
	auto_close int configuration = configuration_open(err);
	auto_command struct command command = {
		.line = filesystem_line,
		.context = events,
	};

	if (configuration < 0)
		return -1;
	filesystem_arguments(filesystem, &command);
	filesystem_environment(&command);
	command_pass(&command, fd, DEVICE_FD);
	command_pass(&command, configuration, CONFIG_FD);
	return command_run(&command, err);
}

/*
 * mke2fs insists on opening a device exclusively, which nobody can while we
 * hold it. So it makes the filesystem in memory, and what it uses goes over.
 */
static int
filesystem_make_on_device(const struct filesystem *filesystem, int fd,
    struct events *events, struct error *err)
{
	auto_close int memory = memfd_create("filesystem", MFD_CLOEXEC);

	if (memory < 0 || ftruncate(memory, (off_t)filesystem->size) < 0)
		return error_errno(err, "memory file");
	if (filesystem_run(filesystem, memory, events, err) < 0)
		return -1;
	return ext_transfer(memory, fd, err);
}

static int
filesystem_check(const struct filesystem *filesystem, struct error *err)
{
	auto_free char *smallest = NULL;

	if (strncmp(filesystem->type, "ext", 3))
		return error_usage(err, "unknown filesystem type '%s'; known "
		    "are ext2, ext3 and ext4", filesystem->type);
	if (filesystem->size >= SMALLEST)
		return 0;
	smallest = size_text(SMALLEST);
	return error_usage(err, "too small for a filesystem; at least %s is "
	    "needed", smallest);
}

int
filesystem_make(const struct filesystem *filesystem, int fd,
    struct events *events, struct error *err)
{
	struct stat status;

	if (filesystem_check(filesystem, err) < 0)
		return -1;
	if (fstat(fd, &status) < 0)
		return error_errno(err, "make filesystem");
	if (S_ISBLK(status.st_mode))
		return filesystem_make_on_device(filesystem, fd, events, err);
	return filesystem_run(filesystem, fd, events, err);
}

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
journal_blocks(uint64_t blocks)
{
	size_t i = 0;

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

/* Blocks that the filesystem keeps to itself. */
static uint64_t
overhead_blocks(uint64_t blocks, uint64_t inodes)
{
	uint64_t groups = (blocks + 8 * BLOCK - 1) / (8 * BLOCK);
	uint64_t by_ratio = blocks * BLOCK / BYTES_PER_INODE;
	uint64_t tables = (by_ratio > inodes ? by_ratio : inodes) *
	    INODE_SIZE / BLOCK + groups;
	uint64_t growth = groups * 16 < 1024 ? groups * 16 : 1024;

	return tables + 2 * groups + journal_blocks(blocks) +
	    superblock_copies(groups) * (2 + growth + groups / 64);
}

uint64_t
filesystem_size_for(uint64_t bytes, uint64_t inodes)
{
	uint64_t content = bytes / BLOCK + bytes / BLOCK / 128 + 64;
	uint64_t blocks = content, size = 0;

	/* Larger has more overhead; it settles after a few rounds. */
	for (int i = 0; i < 16; i++) {
		size = (blocks * BLOCK + MIB - 1) / MIB * MIB;
		blocks = content + overhead_blocks(size / BLOCK, inodes + 16);
	}
	return size > SMALLEST ? size : SMALLEST;
}
