#include "disk/private_mount.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/btrfs.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>

#include "base/buffer.h"
#include "base/cleanup.h"
#include "base/file.h"
#include "base/memory.h"
#include "disk/format_program.h"
#include "disk/loop.h"
#include "tree/sink.h"

static const char whole_map[] = "0 0 4294967295";

bool
private_mount_is_possible(void)
{
	auto_buffer struct buffer map = {0};
	auto_error struct error ignored = {0};
	struct view rest, word;
	bool is_whole = geteuid() == 0 &&
	    file_read_at(AT_FDCWD, "/proc/self/uid_map", &map, &ignored) == 0;
	struct view wanted = view_of(whole_map), part;

	rest = view_of(map.data);
	while (is_whole && view_word(&wanted, &part))
		is_whole = view_word(&rest, &word) &&
		    view_compare(word, part) == 0;
	return is_whole;
}

/* What the kernel has to say beyond errno: "e XFS: Invalid superblock". */
static int
mount_failed(int context, struct error *err)
{
	char message[256];
	int number = errno;
	ssize_t length = read(context, message, sizeof(message) - 1);

	errno = number;
	if (length <= 2)
		return error_errno(err, "mount");
	message[length] = '\0';
	return error_set(err, "mount: %s", message + 2);
}

static int
mount_finish(int context, struct error *err)
{
	int mount;

	if (fsconfig(context, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0)
		return mount_failed(context, err);
	mount = fsmount(context, FSMOUNT_CLOEXEC, MOUNT_ATTR_NODEV |
	    MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC | MOUNT_ATTR_NOATIME);
	return mount < 0 ? mount_failed(context, err) : mount;
}

static int
mount_begin(const char *type, struct error *err)
{
	int context = fsopen(type, FSOPEN_CLOEXEC);

	if (context < 0 && errno == ENODEV)
		return error_set(err, "this kernel cannot mount %s", type);
	return context < 0 ? error_errno(err, "mount %s", type) : context;
}

int
private_mount_open(struct private_mount *mount, const char *type, int fd,
    struct error *err)
{
	auto_close int context = -1;
	auto_free char *path = NULL;

	*mount = (struct private_mount)PRIVATE_MOUNT_NONE;
	mount->loop = loop_attach(fd, err);
	if (mount->loop < 0)
		return -1;
	path = file_descriptor_path(mount->loop);
	context = mount_begin(type, err);
	if (context < 0)
		return -1;
	/* A guest with the same one may be mounted, of an image beside. */
	if (!strcmp(type, "xfs"))
		fsconfig(context, FSCONFIG_SET_FLAG, "nouuid", NULL, 0);
	if (fsconfig(context, FSCONFIG_SET_STRING, "source", path, 0) < 0)
		return error_errno(err, "mount %s", type);
	mount->directory = mount_finish(context, err);
	return mount->directory < 0 ? -1 : 0;
}

int
private_mount_memory(struct private_mount *mount, struct error *err)
{
	auto_close int context = mount_begin("tmpfs", err);

	*mount = (struct private_mount)PRIVATE_MOUNT_NONE;
	if (context < 0)
		return -1;
	mount->directory = mount_finish(context, err);
	return mount->directory < 0 ? -1 : 0;
}

int
private_mount_fill(const struct private_mount *mount,
    const struct tree_walk *walk, struct error *err)
{
	struct tree_sink *sink = sink_directory_new(mount->directory);
	int result = tree_walk(walk, sink, err);

	if (result == 0)
		result = sink->finish(sink, err);
	sink->free(sink);
	return result;
}

static int
attach(void *context)
{
	(void)context;
	if (unshare(CLONE_NEWNS) < 0 ||
	    mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		return -1;
	return move_mount(FORMAT_TREE_FD, "", AT_FDCWD, PRIVATE_MOUNT_PATH,
	    MOVE_MOUNT_F_EMPTY_PATH);
}

void
private_mount_pass(const struct private_mount *from, struct command *command)
{
	command_pass(command, from->directory, FORMAT_TREE_FD);
	command->prepare = attach;
}

/* Else the kernel takes the next loop device for a part of this one. */
static void
forget_device(int loop)
{
	auto_close int control = open("/dev/btrfs-control", O_RDWR | O_CLOEXEC);
	struct btrfs_ioctl_vol_args arguments = {0};
	auto_free char *path = file_descriptor_path(loop);

	if (control < 0 || !path || strlen(path) > BTRFS_PATH_NAME_MAX)
		return;
	memcpy(arguments.name, path, strlen(path));
	ioctl(control, BTRFS_IOC_FORGET_DEV, &arguments);
}

void
private_mount_release(struct private_mount *mount)
{
	cleanup_close(&mount->directory);
	if (mount->loop >= 0)
		forget_device(mount->loop);
	cleanup_close(&mount->loop);
	*mount = (struct private_mount)PRIVATE_MOUNT_NONE;
}
