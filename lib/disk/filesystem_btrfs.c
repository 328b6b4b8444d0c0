#include "disk/filesystem_family.h"

#include "base/cleanup.h"
#include "disk/format_program.h"
#include "disk/private_mount.h"

static const uint64_t MIB = 1 << 20;

/*
 * What the defaults of mkfs.btrfs were for long and Linux 4.9 reads; a page
 * size of 4 KiB, whatever the host's is.
 */
static const char *const fixed[] = {
	"mkfs.btrfs", "-q", "-f", "-K", "-s", "4096", "-n", "16384",
	"-d", "single", "-m", "dup", "-O", "extref,skinny-metadata,no-holes",
	"-R", "free-space-tree", NULL,
};

/* Metadata lies there twice, and space is given away in tenths of it all. */
static uint64_t
btrfs_size_for(const struct filesystem *filesystem, uint64_t bytes)
{
	uint64_t content = bytes + filesystem->inodes * 2 * 2048;

	return (content + content / 4) / MIB * MIB + 256 * MIB;
}

static void
btrfs_arguments(const struct filesystem *filesystem, struct command *command)
{
	format_program_add(command, fixed);
	command_add(command, "-U");
	command_add(command, filesystem->uuid);
	if (filesystem->label) {
		command_add(command, "-L");
		command_add(command, filesystem->label);
	}
}

static int
btrfs_make(const struct filesystem *filesystem, int fd, struct events *events,
    struct error *err)
{
	auto_command struct command command = {0};

	btrfs_arguments(filesystem, &command);
	command_add(&command, FORMAT_PATH);
	return format_program_run(&command, fd, events, err);
}

/* It takes all that is there, so a copy has what is to be. */
static int
btrfs_make_filled(const struct filesystem *filesystem, int fd,
    const struct tree_walk *walk, struct events *events, struct error *err)
{
	auto_private_mount struct private_mount copy = PRIVATE_MOUNT_NONE;
	auto_command struct command command = {0};

	if (private_mount_memory(&copy, err) < 0 ||
	    private_mount_fill(&copy, walk, err) < 0)
		return -1;
	events_warn(events, "btrfs filled by a user has whole seconds in the "
	    "times of files, and no device nodes");
	btrfs_arguments(filesystem, &command);
	command_add(&command, "--rootdir");
	command_add(&command, PRIVATE_MOUNT_PATH);
	command_add(&command, FORMAT_PATH);
	private_mount_pass(&copy, &command);
	return format_program_run(&command, fd, events, err);
}

const struct filesystem_family filesystem_btrfs = {
	.program = "mkfs.btrfs", .package = "btrfs-progs",
	.label_max = 255, .smallest = 128 << 20,
	.size_for = btrfs_size_for, .make = btrfs_make,
	.mounted_as = "btrfs", .make_filled = btrfs_make_filled,
};
