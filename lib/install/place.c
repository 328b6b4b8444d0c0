#include "install/place.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/inside.h"

int
place_file(int root, const char *path, struct view text, mode_t mode,
    struct error *err)
{
	auto_close int fd = inside_open(root, path,
	    O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0600);

	if (fd < 0)
		return error_errno(err, "create '%s' in the guest", path);
	if (file_write(fd, text.data, text.length, err) < 0)
		return error_prefix(err, "'%s' in the guest", path);
	if (fchmod(fd, mode) < 0)
		return error_errno(err, "set mode of '%s' in the guest", path);
	return 0;
}

int
place_directory(int root, const char *path, mode_t mode, struct error *err)
{
	if (inside_make_directories(root, path, 0755, err) < 0)
		return -1;
	{
		auto_close int fd =
		    inside_open(root, path, O_RDONLY | O_DIRECTORY, 0);

		if (fd < 0 || fchmod(fd, mode) < 0)
			return error_errno(err,
			    "set mode of '%s' in the guest", path);
	}
	return 0;
}

int
place_symlink(int root, const char *path, const char *target,
    struct error *err)
{
	const char *name;
	auto_close int parent = inside_open_parent(root, path, &name);

	if (parent < 0 || symlinkat(target, parent, name) < 0)
		return error_errno(err, "create link '%s' in the guest", path);
	return 0;
}

int
place_time(int root, const char *path, int64_t seconds, struct error *err)
{
	struct timespec times[2] = {{.tv_sec = seconds}, {.tv_sec = seconds}};
	const char *name;
	auto_close int parent = inside_open_parent(root, path, &name);

	if (parent < 0 ||
	    utimensat(parent, name, times, AT_SYMLINK_NOFOLLOW) < 0)
		return error_errno(err, "set time of '%s' in the guest", path);
	return 0;
}

int
place_remove(int root, const char *path, struct error *err)
{
	const char *name;
	auto_close int parent = inside_open_parent(root, path, &name);

	if (parent < 0 && errno == ENOENT)
		return 0;
	if (parent < 0)
		return error_errno(err, "remove '%s' in the guest", path);
	if (file_remove_tree(parent, name, err) < 0)
		return error_prefix(err, "'%s' in the guest", path);
	return 0;
}

int
place_empty(int root, const char *path, const char *except, struct error *err)
{
	int fd = inside_open(root, path, O_RDONLY | O_DIRECTORY, 0);
	auto_closedir DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;

	if (!dir)
		return errno == ENOENT ? 0
		    : error_errno(err, "open '%s' in the guest", path);
	while ((entry = readdir(dir))) {
		if (strcmp(entry->d_name, ".") == 0 ||
		    strcmp(entry->d_name, "..") == 0 ||
		    (except && strcmp(entry->d_name, except) == 0))
			continue;
		if (file_remove_tree(dirfd(dir), entry->d_name, err) < 0)
			return error_prefix(err, "'%s' in the guest", path);
	}
	return 0;
}
