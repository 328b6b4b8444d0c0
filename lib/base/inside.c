#include "base/inside.h"

#include <errno.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/syscall.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/memory.h"

int
inside_open(int root, const char *path, int flags, mode_t mode)
{
	struct open_how how = {
		.flags = (unsigned)(flags | O_CLOEXEC),
		.mode = flags & (O_CREAT | __O_TMPFILE) ? mode : 0,
		.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
	};
	long fd;

	if (!*path)
		path = ".";
	do
		fd = syscall(SYS_openat2, root, path, &how, sizeof(how));
	while (fd < 0 && (errno == EINTR || errno == EAGAIN));
	return (int)fd;
}

int
inside_open_parent(int root, const char *path, const char **name)
{
	const char *slash = strrchr(path, '/');
	auto_free char *parent =
	    slash ? memory_copy(path, (size_t)(slash - path)) : NULL;

	*name = slash ? slash + 1 : path;
	if (!**name || !strcmp(*name, ".") || !strcmp(*name, "..")) {
		errno = EINVAL;
		return -1;
	}
	return inside_open(root, parent ? parent : ".",
	    O_PATH | O_DIRECTORY, 0);
}

int
inside_stat(int root, const char *path, struct stat *status)
{
	auto_close int fd = inside_open(root, path, O_PATH | O_NOFOLLOW, 0);

	return fd < 0 ? -1 : fstat(fd, status);
}

bool
inside_exists(int root, const char *path)
{
	auto_close int fd = inside_open(root, path, O_PATH, 0);

	return fd >= 0;
}

int
inside_read(int root, const char *path, struct buffer *text, struct error *err)
{
	auto_close int fd = inside_open(root, path, O_RDONLY | O_NONBLOCK, 0);

	if (fd < 0)
		return error_errno(err, "open '%s' in the guest", path);
	if (file_read(fd, text, err) < 0)
		return error_prefix(err, "'%s' in the guest", path);
	return 0;
}

int
inside_write(int root, const char *path, const void *data, size_t length,
    mode_t mode, struct error *err)
{
	const char *name;
	auto_close int directory = inside_open_parent(root, path, &name);

	if (directory < 0)
		return error_errno(err, "write '%s' in the guest", path);
	if (file_replace(directory, name, data, length, mode, err) < 0)
		return error_prefix(err, "writing '%s' in the guest", path);
	return 0;
}

int
inside_make_directories(int root, const char *path, mode_t mode,
    struct error *err)
{
	auto_free char *copy = memory_string(path);
	size_t length = strlen(copy);

	for (size_t end = 1; end <= length; end++) {
		const char *name;
		char kept = copy[end];

		if (kept != '/' && kept != '\0')
			continue;
		copy[end] = '\0';
		if (!inside_exists(root, copy)) {
			auto_close int parent =
			    inside_open_parent(root, copy, &name);

			if (parent < 0 || mkdirat(parent, name, mode) < 0 ||
			    fchmodat(parent, name, mode, 0) < 0)
				return error_errno(err,
				    "create directory '%s' in the guest", copy);
		}
		copy[end] = kept;
	}
	return 0;
}

int
inside_remove(int root, const char *path, struct error *err)
{
	const char *name;
	auto_close int directory = inside_open_parent(root, path, &name);

	if (directory < 0 || unlinkat(directory, name, 0) < 0)
		if (errno != ENOENT)
			return error_errno(err, "remove '%s' in the guest",
			    path);
	return 0;
}
