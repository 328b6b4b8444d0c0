#include "disk/block.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/command.h"
#include "base/file.h"
#include "base/lock.h"
#include "base/memory.h"
#include "base/size.h"
#include "disk/block_use.h"
#include "disk/signature.h"
#include "disk/target_hold.h"

static const char udev_control[] = "/run/udev/control";

/* What udev has open to look at is not for long. */
enum { LOCK_TRIES = 20, LOCK_PAUSE = 100 * 1000 * 1000 /* ns */ };

/* The device that the path leads to now; symlinks are as good as nodes. */
static int
block_find(const struct target *target, struct stat *status, struct error *err)
{
	auto_close int fd = open(target->path, O_PATH | O_CLOEXEC);

	if (fd < 0 && errno == ENOENT)
		return error_set(err, "device '%s' is there no more",
		    target->path);
	if (fd < 0 || fstat(fd, status) < 0)
		return error_errno(err, "'%s'", target->path);
	if (!S_ISBLK(status->st_mode))
		return error_set(err, "'%s' has become something else "
		    "meanwhile", target->path);
	return steal_fd(&fd);
}

static int
block_check_use(const struct target *target, const struct block_tables *tables,
    dev_t device, struct error *err)
{
	auto_free char *read_only = block_attribute(tables, device, "ro");

	if (block_use_check(tables, device, target->path, err) < 0)
		return -1;
	if (read_only && !strcmp(read_only, "1"))
		return error_set(err, "'%s' is read-only", target->path);
	return 0;
}

/* The very device that was looked at. */
static int
block_hold(struct target *target, int found, struct error *err)
{
	auto_free char *path = memory_printf("/proc/self/fd/%d", found);

	target->hold->device = open(path, O_RDWR | O_EXCL | O_CLOEXEC);
	if (target->hold->device < 0 && errno != EBUSY)
		return error_errno(err, "open '%s'", target->path);
	if (target->hold->device < 0 ||
	    lock_is_foreign(target->hold->device))
		return error_set(err, "'%s' is in use by another program or "
		    "device", target->path);
	return 0;
}

static bool
lock_with_patience(int fd, int how)
{
	for (int i = 0; i < LOCK_TRIES; i++) {
		if (flock(fd, how | LOCK_NB) == 0)
			return true;
		nanosleep(&(struct timespec){.tv_nsec = LOCK_PAUSE}, NULL);
	}
	return false;
}

/* A disk whose node is not there is nobody's to lock. */
static int
block_lock_disk(struct target *target, const struct block_tables *tables,
    dev_t device, struct error *err)
{
	dev_t disk = block_disk(tables, device);
	auto_free char *node = disk == device
	    ? memory_printf("/proc/self/fd/%d", target->hold->device)
	    : block_node(tables, disk);
	auto_free char *holder = NULL;

	target->hold->disk = open(node, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (target->hold->disk < 0 && errno == ENOENT)
		return 0;
	if (target->hold->disk < 0)
		return error_errno(err, "open '%s', to lock it", node);
	if (lock_with_patience(target->hold->disk,
	    disk == device ? LOCK_EX : LOCK_SH))
		return 0;
	holder = lock_holder(target->hold->disk);
	return error_set(err, "'%s' is locked by %s", target->path, holder);
}

static int
block_check_size(struct target *target, struct error *err)
{
	auto_free char *has = NULL, *wanted = NULL;
	uint64_t size;

	if (ioctl(target->hold->device, BLKGETSIZE64, &size) < 0)
		return error_errno(err, "size of '%s'", target->path);
	if (!target->size)
		target->size = size;
	if (size >= target->size && size)
		return 0;
	has = size_text(size);
	wanted = size_text(target->size);
	return error_set(err, "'%s' is too small: it has %s, and %s are "
	    "needed", target->path, has, wanted);
}

/* What cannot even be read may be written over, too. */
static int
block_check_signature(struct target *target, const struct target_gate *gate,
    struct error *err)
{
	int result;

	free(steal_pointer(&target->former));
	result = signature_describe(target->hold->device, &target->former, err);
	if (result < 0 && gate->overwrite && err->kind != ERROR_INTERRUPTED) {
		target->former = memory_printf("something unknown (%s)",
		    err->text);
		error_release(err);
		return 0;
	}
	if (result < 0)
		return error_prefix(err, "'%s'", target->path);
	if (target->former && !gate->overwrite)
		return error_set(err, "'%s' holds %s; --force writes over it",
		    target->path, target->former);
	return 0;
}

static int
block_look(struct target *target, const struct target_gate *gate,
    struct error *err)
{
	if (block_check_size(target, err) < 0)
		return -1;
	return block_check_signature(target, gate, err);
}

int
block_check(struct target *target, const struct target_gate *gate,
    struct error *err)
{
	auto_block_tables struct block_tables tables = BLOCK_TABLES_NONE;
	auto_close int found = -1;
	struct stat status;

	if (block_tables_open(&tables, err) < 0)
		return -1;
	found = block_find(target, &status, err);
	if (found < 0 ||
	    block_check_use(target, &tables, status.st_rdev, err) < 0 ||
	    block_hold(target, found, err) < 0 ||
	    block_lock_disk(target, &tables, status.st_rdev, err) < 0)
		return -1;
	return block_look(target, gate, err);
}

/* Does the path still lead to what is held? */
static int
block_check_path(const struct target *target, struct stat *status,
    struct error *err)
{
	auto_close int found = block_find(target, status, err);
	struct stat held;

	if (found < 0)
		return -1;
	if (fstat(target->hold->device, &held) < 0)
		return error_errno(err, "'%s'", target->path);
	if (held.st_rdev != status->st_rdev)
		return error_set(err, "'%s' has become another device "
		    "meanwhile", target->path);
	return 0;
}

int
block_begin(struct target *target, const struct target_gate *gate,
    struct error *err)
{
	auto_block_tables struct block_tables tables = BLOCK_TABLES_NONE;
	struct stat status;

	if (block_tables_open(&tables, err) < 0 ||
	    block_check_path(target, &status, err) < 0 ||
	    block_check_use(target, &tables, status.st_rdev, err) < 0 ||
	    block_look(target, gate, err) < 0)
		return -1;
	target->fd = steal_fd(&target->hold->device);
	return 0;
}

/* A disk that cannot have partitions says EINVAL. */
static int
block_reread_partitions(const struct target *target, struct error *err)
{
	if (ioctl(target->fd, BLKRRPART) == 0 || errno == EINVAL)
		return 0;
	return error_errno(err, "the kernel keeps the former partitions of "
	    "'%s'", target->path);
}

/* Its links in /dev/disk are right when a user looks for them. */
static void
udev_settle(void)
{
	auto_command struct command command = {0};
	auto_error struct error ignored = {0};

	if (access(udev_control, F_OK) < 0 || !command_exists("udevadm"))
		return;
	command_add(&command, "udevadm");
	command_add(&command, "settle");
	command_add(&command, "--timeout=30");
	command_run(&command, &ignored);
}

/* udev looks again at what was open for writing when it is closed. */
int
block_settle(struct target *target, struct error *err)
{
	if (block_reread_partitions(target, err) < 0)
		return -1;
	cleanup_close(&target->fd);
	target->fd = -1;
	target_hold_free(steal_pointer(&target->hold));
	udev_settle();
	return 0;
}
