#include "install/guest_mounts.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/inside.h"
#include "base/memory.h"
#include "install/place.h"
#include "install/skip.h"
#include "tree/device.h"

enum { ATTRIBUTES = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC };

static const char *const tmpfs_options[] = {"mode", "0755", NULL};
static const char *const devpts_options[] = {
	"mode", "0620", "ptmxmode", "0666", "gid", "5", NULL,
};

/* A new filesystem, not attached anywhere; -1 with errno set. Options are
 * pairs of key and value. */
static int
mount_new(const char *type, const char *const *options, unsigned attributes)
{
	auto_close int fd = fsopen(type, FSOPEN_CLOEXEC);

	for (; fd >= 0 && options && *options; options += 2)
		if (fsconfig(fd, FSCONFIG_SET_STRING, options[0], options[1],
		    0) < 0)
			return -1;
	if (fd < 0 || fsconfig(fd, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0)
		return -1;
	return fsmount(fd, FSMOUNT_CLOEXEC, attributes);
}

static int
mount_attach(int mount, int target)
{
	return move_mount(mount, "", target, "",
	    MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH);
}

/* The host's own, with all that is mounted below it, to read. */
static int
mount_clone(const char *path)
{
	struct mount_attr attributes = {
		.attr_set = ATTRIBUTES | MOUNT_ATTR_RDONLY,
	};
	int mount = open_tree(AT_FDCWD, path,
	    OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE);

	if (mount >= 0)
		mount_setattr(mount, "", AT_EMPTY_PATH | AT_RECURSIVE,
		    &attributes, sizeof(attributes));
	return mount;
}

/* An ordinary user may not make nodes: the host's are put in their place. */
static int
node_bind(int dev, const char *name, const struct tree_device *device)
{
	auto_close int file = openat(dev, name,
	    O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	auto_close int node = open_tree(AT_FDCWD, device->path + 1,
	    OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);

	if (node < 0 && errno == ENOENT)
		return unlinkat(dev, name, 0);
	return file < 0 || node < 0 ? -1 : mount_attach(node, file);
}

static int
node_make(int dev, const char *name, const struct tree_device *device,
    mode_t mode)
{
	if (S_ISDIR(mode) && mkdirat(dev, name, 0755) < 0 && errno != EEXIST)
		return -1;
	if (S_ISLNK(mode))
		return symlinkat(device->target, dev, name);
	if (S_ISCHR(mode) && mknodat(dev, name, S_IFCHR,
	    makedev(device->major, device->minor)) < 0)
		return -1;
	return fchmodat(dev, name, mode & 07777, 0);
}

/* In the private /dev, ptmx must be that of our own devpts. */
static int
private_node(struct guest_mounts *mounts, int dev,
    const struct tree_device *device)
{
	const char *name = device->path + strlen("./dev/");

	if (strcmp(name, "ptmx") == 0)
		return symlinkat("pts/ptmx", dev, name);
	if (strcmp(name, "shm") == 0)
		return node_make(dev, name, device, S_IFDIR | 01777);
	if (!S_ISCHR(device->mode))
		return node_make(dev, name, device, device->mode);
	if (mounts->has_mknod && !mounts->binds_nodes) {
		if (node_make(dev, name, device, device->mode) == 0)
			return 0;
		if (errno != EPERM)
			return -1;
		mounts->has_mknod = false;
	}
	return node_bind(dev, name, device);
}

static int
private_pts(int dev)
{
	auto_close int pts = mount_new("devpts", devpts_options,
	    MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC);
	auto_close int target =
	    openat(dev, "pts", O_PATH | O_DIRECTORY | O_CLOEXEC);

	return pts < 0 || target < 0 ? -1 : mount_attach(pts, target);
}

static int
attach_at(struct guest_mounts *mounts, int mount, const char *path)
{
	auto_close int target = inside_open(mounts->root, path,
	    O_PATH | O_DIRECTORY | O_NOFOLLOW, 0);

	if (target < 0 || mount_attach(mount, target) < 0)
		return -1;
	mounts->mounted[mounts->count++] = mount;
	return 0;
}

static int
mount_dev(struct guest_mounts *mounts, struct error *err)
{
	auto_close int dev = mount_new("tmpfs", tmpfs_options,
	    MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC);
	int kept = dev;

	if (dev < 0 || attach_at(mounts, dev, "dev") < 0)
		return error_errno(err, "mount a private /dev in the guest");
	steal_fd(&dev);
	for (const struct tree_device *device = tree_devices + 1;
	    device->path; device++)
		if (private_node(mounts, kept, device) < 0)
			return error_errno(err, "make '%s' in the guest",
			    device->path + 1);
	if (private_pts(kept) < 0)
		return error_errno(err, "mount /dev/pts in the guest");
	return 0;
}

/* Where a new one is not allowed, the host's own is better than none. */
static int
mount_kernel(struct guest_mounts *mounts, const char *type, const char *path)
{
	auto_close int mount =
	    mount_new(type, NULL, ATTRIBUTES | MOUNT_ATTR_RDONLY);

	if (mount < 0)
		mount = mount_clone(path);
	if (mount < 0 || attach_at(mounts, mount, path) < 0)
		return -1;
	steal_fd(&mount);
	return 0;
}

static int
mount_proc(struct guest_mounts *mounts, struct error *err)
{
	if (mount_kernel(mounts, "proc", "/proc") < 0)
		return error_errno(err, "mount /proc in the guest");
	return 0;
}

static int
mount_sys(struct guest_mounts *mounts, struct error *err)
{
	(void)err;
	mount_kernel(mounts, "sysfs", "/sys");
	return 0;
}

static const struct {
	const char *path;
	unsigned skip;
	int (*mount)(struct guest_mounts *mounts, struct error *err);
} places[] = {
	{"dev", SKIP_MOUNT_DEV, mount_dev},
	{"proc", SKIP_MOUNT_PROC, mount_proc},
	{"sys", SKIP_MOUNT_SYS, mount_sys},
};

int
guest_mounts_up(struct guest_mounts *mounts, struct error *err)
{
	mounts->has_mknod = true;
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if (!inside_exists(mounts->root, places[i].path) &&
		    place_directory(mounts->root, places[i].path, 0755,
		    err) < 0)
			return -1;
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if (!(mounts->skip & places[i].skip) &&
		    places[i].mount(mounts, err) < 0)
			return -1;
	return mounts->skip & SKIP_MOUNT_DEV
	    ? guest_mounts_static_nodes(mounts->root, err) : 0;
}

int
guest_mounts_down(struct guest_mounts *mounts, struct error *err)
{
	int result = 0;

	while (mounts->count) {
		auto_close int fd = mounts->mounted[--mounts->count];
		auto_free char *path = memory_printf("/proc/self/fd/%d", fd);

		if (umount2(path, MNT_DETACH) < 0 && result == 0)
			result = error_errno(err, "unmount in the guest, "
			    "for which /proc must be mounted here");
	}
	return result;
}

int
guest_mounts_static_nodes(int root, struct error *err)
{
	auto_close int dev =
	    inside_open(root, "dev", O_RDONLY | O_DIRECTORY, 0);

	if (dev < 0)
		return error_errno(err, "open /dev in the guest");
	for (const struct tree_device *device = tree_devices + 1;
	    device->path; device++)
		if (node_make(dev, device->path + strlen("./dev/"), device,
		    device->mode) < 0 && errno != EEXIST)
			return errno == EPERM ? 0 : error_errno(err,
			    "make '%s' in the guest", device->path + 1);
	return 0;
}
