#include "root/root_target.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/memory.h"
#include "root/leftover.h"

static int
check_empty(struct root_target *target, struct error *err)
{
	int fd = openat(target->parent, target->name,
	    O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	auto_closedir DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	int found = fd < 0 ? -1 : openat(fd, "lost+found",
	    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	auto_closedir DIR *lost = found < 0 ? NULL : fdopendir(found);

	if (!dir)
		return error_errno(err, "open '%s'", target->given);
	target->is_filled = leftover_next(dir) ||
	    (lost && leftover_next(lost));
	if (!target->is_filled || target->may_be_filled)
		return 0;
	rewinddir(dir);
	if (leftover_next(dir))
		return error_set(err, "'%s' is not empty; a root is made only "
		    "in a new or empty directory", target->given);
	return error_set(err, "'%s' has a lost+found that is not empty; see "
	    "what e2fsck has saved there", target->given);
}

/* A mount point cannot be renamed over, nor can what holds lost+found. */
static bool
directory_must_stay(const struct root_target *target, dev_t device)
{
	auto_free char *found = memory_printf("%s/lost+found", target->name);
	struct stat parent;

	return fstat(target->parent, &parent) < 0 ||
	    parent.st_dev != device || file_exists(target->parent, found);
}

static int
check_existing(struct root_target *target, struct error *err)
{
	bool is_file = target->kind == TARGET_FILE;
	struct stat status;

	if (fstatat(target->parent, target->name, &status,
	    AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ? 0
		    : error_errno(err, "'%s'", target->given);
	if (is_file ? !S_ISREG(status.st_mode) : !S_ISDIR(status.st_mode))
		return error_set(err, "'%s' exists and is not a %s",
		    target->given, is_file ? "regular file" : "directory");
	if (is_file)
		return 0;
	if (check_empty(target, err) < 0)
		return -1;
	target->in_place = target->is_filled ||
	    directory_must_stay(target, status.st_dev);
	return 0;
}

static size_t
parent_length(const char *path, size_t length)
{
	while (length && path[length - 1] != '/')
		length--;
	return length ? length - 1 : 0;
}

static int
make_parents(struct root_target *target, struct error *err)
{
	auto_free char *path = memory_string(target->above);

	target->found = strlen(path);
	while (target->found && access(path, F_OK) < 0) {
		target->found = parent_length(path, target->found);
		path[target->found] = '\0';
	}
	return file_make_directories(target->above, 0755, err);
}

static void
remove_parents(struct root_target *target)
{
	size_t length = strlen(target->above);

	while (length > target->found && rmdir(target->above) == 0) {
		length = parent_length(target->above, length);
		target->above[length] = '\0';
	}
}

static int
open_parent(struct root_target *target, struct error *err)
{
	target->parent_path = realpath(target->above, NULL);
	target->parent = target->parent_path ? open(target->parent_path,
	    O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
	if (target->parent < 0)
		return error_errno(err, "open '%s'", target->above);
	return 0;
}

/* A symlink that leads somewhere is what it leads to. */
static char *
path_behind(const char *given)
{
	struct stat status;
	char *real = lstat(given, &status) == 0 && S_ISLNK(status.st_mode)
	    ? realpath(given, NULL) : NULL;

	return real ? real : memory_string(given);
}

static int
open_place(struct root_target *target, struct error *err)
{
	auto_free char *path = path_behind(target->given);
	size_t length = strlen(path);
	char *slash;

	while (length > 1 && path[length - 1] == '/')
		path[--length] = '\0';
	slash = strrchr(path, '/');
	target->name = memory_string(slash ? slash + 1 : path);
	if (!*target->name || !strcmp(target->name, ".") ||
	    !strcmp(target->name, ".."))
		return error_usage(err, "'%s' cannot be the target",
		    target->given);
	if (slash)
		slash[slash == path] = '\0';
	target->above = memory_string(slash ? path : ".");
	target->found = strlen(target->above);
	/* A directory may be far below what is there; files are not so. */
	if (target->kind == TARGET_DIRECTORY &&
	    access(target->above, F_OK) < 0)
		return 0;
	return open_parent(target, err);
}

static bool
is_stream(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 &&
	    (S_ISFIFO(status.st_mode) || S_ISCHR(status.st_mode));
}

int
root_target_check(struct root_target *target,
    const struct root_format *format, struct error *err)
{
	const char *given = target->given;
	bool is_stdout = !strcmp(given, "-");

	if (format->kind == FORMAT_NULL)
		return 0;
	if (is_stdout && format->kind != FORMAT_STREAM)
		return error_usage(err, "the format %s cannot be written to "
		    "standard output; name a target", format->name);
	if (is_stdout && isatty(STDOUT_FILENO))
		return error_usage(err, "standard output is a terminal; send "
		    "the tar into a file or a pipe");
	target->kind = format->kind == FORMAT_DIRECTORY ? TARGET_DIRECTORY
	    : format->kind == FORMAT_STREAM && (is_stdout || is_stream(given))
	    ? TARGET_STREAM : TARGET_FILE;
	if (target->kind == TARGET_STREAM)
		return 0;
	if (open_place(target, err) < 0)
		return -1;
	return target->parent < 0 ? 0 : check_existing(target, err);
}

int
root_target_begin(struct root_target *target, struct error *err)
{
	if (target->kind == TARGET_STREAM)
		target->fd = strcmp(target->given, "-")
		    ? open(target->given, O_WRONLY | O_CLOEXEC)
		    : fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
	if (target->kind == TARGET_STREAM && target->fd < 0)
		return error_errno(err, "open '%s'", target->given);
	if (!target->name)
		return 0;
	if (target->parent < 0 && (make_parents(target, err) < 0 ||
	    open_parent(target, err) < 0))
		return -1;
	leftover_reap(target->parent, target->name);
	target->temporary = memory_printf(".%s.%ld", target->name,
	    (long)getpid());
	if (target->kind == TARGET_DIRECTORY)
		return 0;
	target->fd = openat(target->parent, target->temporary,
	    O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (target->fd < 0 || flock(target->fd, LOCK_EX | LOCK_NB) < 0)
		return error_errno(err, "create '%s'", target->given);
	return 0;
}

int
root_target_commit(struct root_target *target, struct error *err)
{
	mode_t mask = umask(0);

	umask(mask);
	if (target->kind == TARGET_FILE &&
	    (fchmod(target->fd, 0666 & ~mask) < 0 || fsync(target->fd) < 0))
		return error_errno(err, "write '%s'", target->given);
	if (target->temporary && !target->in_place &&
	    renameat(target->parent, target->temporary, target->parent,
	    target->name) < 0)
		return error_errno(err, "rename to '%s'", target->given);
	free(steal_pointer(&target->temporary));
	target->is_done = true;
	return 0;
}

void
root_target_release(struct root_target *target)
{
	if (target->temporary && target->in_place && !target->is_filled)
		leftover_empty(target->parent, target->name);
	else if (target->temporary && !target->in_place)
		leftover_remove(target->parent, target->temporary);
	if (target->above && !target->is_done)
		remove_parents(target);
	free(target->above);
	cleanup_close(&target->fd);
	cleanup_close(&target->parent);
	free(target->parent_path);
	free(target->name);
	free(target->temporary);
}
