#include "disk/file_use.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/loop.h>
#include <string.h>
#include <sys/ioctl.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/memory.h"

/* By its path, or as the kernel calls the device. */
static bool
path_is(const struct block_tables *tables, const char *path,
    const struct stat *status)
{
	auto_free char *node = NULL;

	if (*path != '/')
		return false;
	if (S_ISBLK(status->st_mode))
		node = block_node(tables, status->st_rdev);
	return (node && !strcmp(path, node)) || file_is(path, status);
}

static int
check_swap(const struct block_tables *tables, const struct stat *status,
    const char *name, struct error *err)
{
	auto_buffer struct buffer text = {0};
	struct view rest, line;

	block_proc_text(tables, "swaps", &text);
	rest = view_of(text.data);
	while (view_cut(&rest, '\n', &line)) {
		auto_free char *path =
		    block_proc_path(block_proc_field(line, 0));

		if (path_is(tables, path, status))
			return error_set(err, "'%s' is in use as swap space; "
			    "switch it off first: swapoff", name);
	}
	return 0;
}

/* The loop device itself knows a file whose path is gone, or not ours. */
static bool
loop_is_on(const char *loop, const struct stat *status)
{
	auto_free char *path = memory_printf("/dev/%s", loop);
	auto_close int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	struct loop_info64 info;

	if (fd < 0 || ioctl(fd, LOOP_GET_STATUS64, &info) < 0)
		return false;
	return S_ISBLK(status->st_mode) ? info.lo_rdevice == status->st_rdev
	    : info.lo_device == status->st_dev &&
	    info.lo_inode == status->st_ino;
}

static bool
loop_is_attached_to(const struct block_tables *tables, const char *loop,
    const struct stat *status)
{
	auto_free char *path =
	    memory_printf("block/%s/loop/backing_file", loop);
	auto_error struct error ignored = {0};
	auto_buffer struct buffer text = {0};
	auto_free char *file = NULL;

	if (file_read_at(tables->sys, path, &text, &ignored) < 0 || !text.data)
		return false;
	file = view_string(view_trim(view_of(text.data)));
	return path_is(tables, file, status) || loop_is_on(loop, status);
}

static int
check_loops(const struct block_tables *tables, const struct stat *status,
    const char *name, struct error *err)
{
	int fd = openat(tables->sys, "block",
	    O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	auto_closedir DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;

	while (dir && (entry = readdir(dir)))
		if (!strncmp(entry->d_name, "loop", 4) &&
		    loop_is_attached_to(tables, entry->d_name, status))
			return error_set(err, "'%s' is attached to /dev/%s; "
			    "detach it first: losetup -d /dev/%s", name,
			    entry->d_name, entry->d_name);
	return 0;
}

int
file_use_check(const struct block_tables *tables, const struct stat *status,
    const char *name, struct error *err)
{
	if (check_swap(tables, status, name, err) < 0)
		return -1;
	return check_loops(tables, status, name, err);
}
