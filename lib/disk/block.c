#include "disk/block.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/size.h"
#include "disk/block_use.h"
#include "disk/signature.h"

static int
block_open(const struct target *target, int mode, struct error *err)
{
	int fd = open(target->path, mode | O_EXCL | O_CLOEXEC);

	if (fd < 0 && errno == EBUSY)
		return error_set(err, "'%s' is in use by another program or "
		    "device", target->path);
	if (fd < 0)
		return error_errno(err, "open '%s'", target->path);
	return fd;
}

static int
block_check_size(struct target *target, int fd, struct error *err)
{
	auto_free char *has = NULL, *wanted = NULL;
	uint64_t size;

	if (ioctl(fd, BLKGETSIZE64, &size) < 0)
		return error_errno(err, "size of '%s'", target->path);
	if (!target->size)
		target->size = size;
	if (size >= target->size && size)
		return 0;
	has = size_text(size);
	wanted = size_text(target->size);
	return error_set(err, "'%s' is too small: it has %s of the %s asked "
	    "for", target->path, has, wanted);
}

static int
block_check_writable(const struct target *target, int fd, struct error *err)
{
	int read_only = 0;

	if (ioctl(fd, BLKROGET, &read_only) < 0)
		return error_errno(err, "'%s'", target->path);
	if (read_only)
		return error_set(err, "'%s' is read-only", target->path);
	if (access(target->path, W_OK) < 0)
		return error_errno(err, "write to '%s'", target->path);
	return 0;
}

static int
block_check_signature(const struct target *target, int fd,
    const struct target_gate *gate, struct error *err)
{
	auto_free char *what = NULL;

	if (gate->overwrite)
		return 0;
	if (signature_describe(fd, &what, err) < 0)
		return error_prefix(err, "'%s'", target->path);
	if (what)
		return error_set(err, "'%s' holds %s; --force writes over it",
		    target->path, what);
	return 0;
}

static int
block_look(struct target *target, int fd, const struct target_gate *gate,
    struct error *err)
{
	if (block_check_writable(target, fd, err) < 0 ||
	    block_check_size(target, fd, err) < 0)
		return -1;
	return block_check_signature(target, fd, gate, err);
}

static int
block_check_use(const struct target *target, struct error *err)
{
	struct stat status;

	if (stat(target->path, &status) < 0)
		return error_errno(err, "'%s'", target->path);
	return block_use_check(status.st_rdev, target->path, err);
}

int
block_check(struct target *target, const struct target_gate *gate,
    struct error *err)
{
	auto_close int fd = -1;

	if (block_check_use(target, err) < 0)
		return -1;
	fd = block_open(target, O_RDONLY, err);
	return fd < 0 ? -1 : block_look(target, fd, gate, err);
}

int
block_begin(struct target *target, const struct target_gate *gate,
    struct error *err)
{
	auto_close int fd = -1;

	if (block_check_use(target, err) < 0)
		return -1;
	fd = block_open(target, O_RDWR, err);
	if (fd < 0 || block_look(target, fd, gate, err) < 0)
		return -1;
	target->fd = steal_fd(&fd);
	return 0;
}
