#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/memory.h"

enum { READ_SIZE = 1 << 16, COPY_SIZE = 1 << 26 };

int
file_read(int fd, struct buffer *text, struct error *err)
{
	struct stat status;
	size_t size = READ_SIZE;

	if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode))
		size = (size_t)status.st_size + 1;
	for (;;) {
		char *end = buffer_reserve(text, size);
		ssize_t length = read(fd, end, size);

		if (length < 0 && errno == EINTR)
			continue;
		if (length < 0)
			return error_errno(err, "read");
		text->length += (size_t)length;
		text->data[text->length] = '\0';
		if (length == 0)
			return 0;
		size = READ_SIZE;
	}
}

int
file_read_at(int directory, const char *path, struct buffer *text,
    struct error *err)
{
	auto_close int fd = openat(directory, path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return error_errno(err, "open '%s'", path);
	if (file_read(fd, text, err) < 0)
		return error_prefix(err, "'%s'", path);
	return 0;
}

int
file_write(int fd, const void *data, size_t length, struct error *err)
{
	const char *next = data;

	while (length) {
		ssize_t written = write(fd, next, length);

		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return error_errno(err, "write");
		next += written;
		length -= (size_t)written;
	}
	return 0;
}

int
file_temporary(struct error *err)
{
	const char *directory = getenv("TMPDIR");
	int fd;

	if (!directory)
		directory = "/var/tmp";
	fd = open(directory, O_RDWR | O_TMPFILE | O_CLOEXEC, 0600);
	return fd < 0 ? error_errno(err, "make a temporary file in '%s'",
	    directory) : fd;
}

int
file_copy(int from, int to, struct error *err)
{
	off_t position = 0;
	ssize_t copied;

	do {
		copied = sendfile(to, from, &position, COPY_SIZE);
		if (copied < 0 && errno != EINTR)
			return error_errno(err, "copy");
	} while (copied != 0);
	return 0;
}

int
file_write_position(int fd, const void *data, size_t length, uint64_t position,
    struct error *err)
{
	const char *next = data;

	while (length) {
		ssize_t written = pwrite(fd, next, length, (off_t)position);

		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return error_errno(err, "write");
		next += written;
		length -= (size_t)written;
		position += (uint64_t)written;
	}
	return 0;
}

static int
file_replace_with(int directory, const char *temporary, const char *path,
    struct view data, mode_t mode, struct error *err)
{
	auto_close int fd = openat(directory, temporary,
	    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);

	if (fd < 0)
		return error_errno(err, "create '%s'", temporary);
	if (file_write(fd, data.data, data.length, err) < 0)
		return error_prefix(err, "'%s'", temporary);
	if (fchmod(fd, mode) < 0 || fsync(fd) < 0)
		return error_errno(err, "write '%s'", temporary);
	if (renameat(directory, temporary, directory, path) < 0)
		return error_errno(err, "rename '%s' to '%s'", temporary, path);
	return 0;
}

/* A name beside it, of our own. */
static char *
temporary_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	int front = slash ? (int)(slash - path) + 1 : 0;

	return memory_printf("%.*s.%s.%ld", front, path, path + front,
	    (long)getpid());
}

int
file_replace(int directory, const char *path, const void *data, size_t length,
    mode_t mode, struct error *err)
{
	auto_free char *temporary = temporary_name(path);
	struct view text = {data, length};

	if (file_replace_with(directory, temporary, path, text, mode, err) < 0) {
		unlinkat(directory, temporary, 0);
		return -1;
	}
	return 0;
}

int
file_name(int directory, int fd, const char *path, struct error *err)
{
	auto_free char *self = memory_printf("/proc/self/fd/%d", fd);
	auto_free char *temporary = temporary_name(path);
	int flags = AT_SYMLINK_FOLLOW;

	if (linkat(AT_FDCWD, self, directory, path, flags) == 0)
		return 0;
	if (errno == EEXIST &&
	    linkat(AT_FDCWD, self, directory, temporary, flags) == 0) {
		if (renameat(directory, temporary, directory, path) == 0)
			return 0;
		unlinkat(directory, temporary, 0);
	}
	return error_errno(err, "name '%s'", path);
}

int
file_make_directories(const char *path, mode_t mode, struct error *err)
{
	auto_free char *copy = memory_string(path);

	for (char *end = copy + 1; *copy; end++) {
		char kept = *end;

		if (kept != '/' && kept != '\0')
			continue;
		*end = '\0';
		if (mkdir(copy, mode) < 0 && errno != EEXIST)
			return error_errno(err, "create directory '%s'", copy);
		*end = kept;
		if (!kept)
			break;
	}
	return 0;
}

static int
file_empty_directory(int fd, dev_t device, struct error *err);

static int
file_remove_entry(int directory, const char *name, dev_t device,
    struct error *err)
{
	struct stat status;

	if (unlinkat(directory, name, 0) == 0 || errno == ENOENT)
		return 0;
	if (fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) < 0 ||
	    !S_ISDIR(status.st_mode))
		return error_errno(err, "remove '%s'", name);
	if (status.st_dev != device)
		return error_set(err, "'%s' is a mount point", name);
	{
		auto_close int fd = openat(directory, name,
		    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

		if (fd < 0)
			return error_errno(err, "open '%s'", name);
		if (file_empty_directory(fd, device, err) < 0)
			return error_prefix(err, "'%s'", name);
	}
	if (unlinkat(directory, name, AT_REMOVEDIR) < 0)
		return error_errno(err, "remove '%s'", name);
	return 0;
}

static int
file_empty_directory(int fd, dev_t device, struct error *err)
{
	int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	auto_closedir DIR *dir = copy < 0 ? NULL : fdopendir(copy);
	struct dirent *entry;

	if (!dir)
		return error_errno(err, "read directory");
	while ((entry = readdir(dir))) {
		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		if (file_remove_entry(fd, entry->d_name, device, err) < 0)
			return -1;
	}
	return 0;
}

int
file_remove_tree(int directory, const char *path, struct error *err)
{
	struct stat status;

	if (fstatat(directory, path, &status, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ? 0 : error_errno(err, "'%s'", path);
	return file_remove_entry(directory, path, status.st_dev, err);
}

char *
file_absolute_path(const char *path)
{
	auto_free char *here = NULL;

	while (!strncmp(path, "./", 2))
		path += 2;
	if (*path == '/')
		return memory_string(path);
	here = get_current_dir_name();
	return memory_printf("%s/%s",
	    here && strcmp(here, "/") ? here : "", path);
}

bool
file_exists(int directory, const char *path)
{
	struct stat status;

	return fstatat(directory, path, &status, AT_SYMLINK_NOFOLLOW) == 0;
}

int
file_check_path(const char *path, struct error *err)
{
	return path[0] != '~' ? 0 : error_usage(err, "'%s': a shell replaces ~ "
	    "only where a word begins; write the whole path", path);
}

bool
file_is(const char *path, const struct stat *status)
{
	struct stat found;

	if (stat(path, &found) < 0 ||
	    (found.st_mode & S_IFMT) != (status->st_mode & S_IFMT))
		return false;
	if (S_ISBLK(found.st_mode))
		return found.st_rdev == status->st_rdev;
	return found.st_dev == status->st_dev &&
	    found.st_ino == status->st_ino;
}

char *
file_descriptor_path(int fd)
{
	auto_free char *link = memory_printf("/proc/self/fd/%d", fd);
	char path[PATH_MAX];
	ssize_t length = readlink(link, path, sizeof(path));

	return length < 0 ? NULL : memory_copy(path, (size_t)length);
}

int
file_reader(int fd, struct error *err)
{
	auto_free char *path = memory_printf("/proc/self/fd/%d", fd);
	int reader = open(path, O_RDONLY | O_CLOEXEC);

	return reader < 0 ? error_errno(err, "open a file once more") : reader;
}
