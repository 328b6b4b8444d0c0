#include "disk/image.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/lock.h"
#include "base/memory.h"
#include "base/size.h"
#include "disk/file_use.h"
#include "disk/signature.h"

static const char temporary_mark[] = ".mkguest-";

enum { ID_DIGITS = 16 };

/* Where the path leads must be where it led. */
static int
image_check_directory(const struct target *target, const char *path,
    struct error *err)
{
	struct stat status;

	if (fstat(target->directory, &status) < 0)
		return error_errno(err, "directory '%s'", path);
	if (!file_is(path, &status))
		return error_set(err, "directory '%s' has become another one "
		    "meanwhile", path);
	return 0;
}

static int
image_open_directory(struct target *target, struct error *err)
{
	const char *slash = strrchr(target->path, '/');
	auto_free char *directory = slash == target->path
	    ? memory_string("/")
	    : memory_copy(target->path, (size_t)(slash - target->path));

	if (target->directory >= 0)
		return image_check_directory(target, directory, err);
	if (!slash[1])
		return error_usage(err, "'%s' names no image file",
		    target->path);
	target->name = memory_string(slash + 1);
	target->directory = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (target->directory < 0 && errno == ENOENT)
		return error_set(err, "there is no directory '%s' for the "
		    "image; make it first", directory);
	if (target->directory < 0)
		return error_errno(err, "open directory '%s'", directory);
	if (faccessat(target->directory, ".", W_OK | X_OK, AT_EACCESS) < 0)
		return error_errno(err, "cannot write in directory '%s'",
		    directory);
	return 0;
}

static int
image_check_use(const struct target *target, const struct stat *status,
    struct error *err)
{
	auto_block_tables struct block_tables tables = BLOCK_TABLES_NONE;

	if (block_tables_open(&tables, err) < 0)
		return -1;
	return file_use_check(&tables, status, target->path, err);
}

int
image_former(const struct target *target, struct error *err)
{
	int fd = openat(target->directory, target->name,
	    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

	return fd < 0 ? error_errno(err, "open '%s'", target->path) : fd;
}

/* What is replaced; QEMU and others lock the images that they have open. */
static int
image_check_former(struct target *target, struct error *err)
{
	auto_close int fd = image_former(target, err);

	if (fd < 0)
		return -1;
	if (lock_is_foreign(fd) || (flock(fd, LOCK_EX | LOCK_NB) < 0 && errno == EWOULDBLOCK)) {
		auto_free char *holder = lock_holder(fd);

		return error_set(err, "'%s' is in use by %s", target->path,
		    holder);
	}
	free(steal_pointer(&target->former));
	return signature_describe(fd, &target->former, err);
}

int
image_check(struct target *target, const struct target_gate *gate,
    struct error *err)
{
	struct stat status;

	if (!target->size)
		return error_usage(err, "the image '%s' needs a size",
		    target->path);
	if (image_open_directory(target, err) < 0)
		return -1;
	if (fstatat(target->directory, target->name, &status,
	    AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ? 0
		    : error_errno(err, "'%s'", target->path);
	if (S_ISLNK(status.st_mode))
		return error_set(err, "'%s' is a symbolic link; name the "
		    "image itself", target->path);
	if (!S_ISREG(status.st_mode))
		return error_set(err, "'%s' is not an image file",
		    target->path);
	if (image_check_use(target, &status, err) < 0)
		return -1;
	if (!gate->replace)
		return error_set(err, "'%s' exists; --force replaces it, "
		    "unless it is another guest's", target->path);
	return image_check_former(target, err);
}

int
image_check_room(const struct target *target, uint64_t bytes,
    struct error *err)
{
	auto_free char *needed = NULL, *present = NULL;
	struct statvfs status;
	uint64_t room;

	if (fstatvfs(target->directory, &status) < 0)
		return error_errno(err, "room for '%s'", target->path);
	room = (uint64_t)status.f_bavail * status.f_frsize;
	if (room >= bytes)
		return 0;
	needed = size_text(bytes);
	present = size_text(room);
	return error_set(err, "no room for '%s': it needs %s, and %s is free",
	    target->path, needed, present);
}

static char *
temporary_name(const char *name)
{
	uint64_t id = 0;

	/* Until the kernel has entropy it says EAGAIN; O_EXCL decides then. */
	if (getrandom(&id, sizeof(id), GRND_NONBLOCK) < 0)
		id = (uint64_t)getpid();
	return memory_printf(".%s%s%0*llx", name, temporary_mark, ID_DIGITS,
	    (unsigned long long)id);
}

static int
image_open_named(struct target *target)
{
	struct stat status;

	/* One that a reaper saw before we had the lock is gone: once more. */
	do {
		cleanup_close(&target->fd);
		free(target->temporary);
		target->temporary = temporary_name(target->name);
		target->fd = openat(target->directory, target->temporary,
		    O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
		if (target->fd < 0) {
			free(steal_pointer(&target->temporary));
			return -1;
		}
		if (flock(target->fd, LOCK_EX) < 0 ||
		    fstat(target->fd, &status) < 0)
			return -1;
	} while (!status.st_nlink);
	return 0;
}

static int
image_open(struct target *target)
{
	target->fd = openat(target->directory, ".",
	    O_RDWR | O_TMPFILE | O_CLOEXEC, 0600);
	if (target->fd >= 0)
		return flock(target->fd, LOCK_EX);
	return image_open_named(target);
}

int
image_begin(struct target *target, const struct target_gate *gate,
    struct error *err)
{
	if (image_check(target, gate, err) < 0)
		return -1;
	if (image_open(target) < 0)
		return error_errno(err, "create '%s'", target->path);
	if (ftruncate(target->fd, (off_t)target->size) < 0)
		return error_errno(err, "size of '%s'", target->path);
	return 0;
}

int
image_stage(const struct target *target, struct error *err)
{
	struct target stage = {
		.fd = -1, .directory = target->directory, .name = target->name,
	};

	if (image_open(&stage) < 0) {
		error_errno(err, "stage '%s'", target->path);
		cleanup_close(&stage.fd);
		stage.fd = -1;
	}
	if (stage.temporary)
		unlinkat(stage.directory, stage.temporary, 0);
	free(stage.temporary);
	return stage.fd;
}

int
image_allocate(const struct target *target, struct error *err)
{
	if (fallocate(target->fd, 0, 0, (off_t)target->size) == 0)
		return 0;
	if (errno == EOPNOTSUPP)
		return error_set(err, "the filesystem of '%s' cannot "
		    "preallocate; leave out --full", target->path);
	return error_errno(err, "preallocate '%s'", target->path);
}

int
image_begin_in_place(struct target *target, const struct target_gate *gate,
    struct error *err)
{
	if (image_check(target, gate, err) < 0)
		return -1;
	target->fd = openat(target->directory, target->name,
	    O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (target->fd < 0 && errno == ENOENT)
		return error_set(err, "there is no image '%s'", target->path);
	if (target->fd < 0 || flock(target->fd, LOCK_EX | LOCK_NB) < 0)
		return error_errno(err, "open '%s'", target->path);
	return 0;
}

/* An image without a name gets its temporary one. */
static int
image_link(struct target *target)
{
	auto_free char *name = NULL, *self = NULL;

	if (target->temporary)
		return 0;
	name = temporary_name(target->name);
	self = memory_printf("/proc/self/fd/%d", target->fd);
	if (linkat(AT_FDCWD, self, target->directory, name,
	    AT_SYMLINK_FOLLOW) < 0)
		return -1;
	target->temporary = steal_pointer(&name);
	return 0;
}

static int
image_rename(struct target *target, bool replace)
{
	int directory = target->directory;

	if (renameat2(directory, target->temporary, directory, target->name,
	    replace ? 0 : RENAME_NOREPLACE) == 0)
		return 0;
	if (replace || errno != EINVAL)
		return -1;
	if (linkat(directory, target->temporary, directory, target->name,
	    0) < 0)
		return -1;
	return unlinkat(directory, target->temporary, 0);
}

int
image_name(struct target *target, const struct target_gate *gate,
    struct error *err)
{
	if (image_check(target, gate, err) < 0)
		return -1;
	return image_link(target) == 0 ? 0
	    : error_errno(err, "name '%s'", target->path);
}

int
image_put(struct target *target, const struct target_gate *gate,
    struct error *err)
{
	if (image_rename(target, gate->replace) < 0)
		return error_errno(err, "put '%s' in place", target->path);
	free(steal_pointer(&target->temporary));
	return 0;
}

int
image_settle(const struct target *target, struct error *err)
{
	return fsync(target->directory) == 0 ? 0
	    : error_errno(err, "sync directory of '%s'", target->path);
}

static bool
is_temporary(const char *name)
{
	size_t tail = sizeof(temporary_mark) - 1 + ID_DIGITS;
	size_t length = strlen(name);
	const char *id = name + length - ID_DIGITS;

	return *name == '.' && length > tail &&
	    !strncmp(name + length - tail, temporary_mark,
	    sizeof(temporary_mark) - 1) &&
	    strspn(id, "0123456789abcdef") == ID_DIGITS;
}

static void
reap_one(int directory, const char *name)
{
	auto_close int fd = openat(directory, name,
	    O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	struct stat status;

	if (fd < 0 || fstat(fd, &status) < 0 || !S_ISREG(status.st_mode) ||
	    status.st_uid != geteuid())
		return;
	if (flock(fd, LOCK_EX | LOCK_NB) == 0)
		unlinkat(directory, name, 0);
}

void
image_reap(const char *directory)
{
	auto_closedir DIR *dir = opendir(directory);
	struct dirent *entry;

	while (dir && (entry = readdir(dir)))
		if (is_temporary(entry->d_name))
			reap_one(dirfd(dir), entry->d_name);
}
