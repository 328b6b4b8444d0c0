#include "install/parent.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/inside.h"
#include "base/memory.h"

static int
parent_open(struct parent *parent, const char *path, struct error *err)
{
	struct stat status;

	if (parent->path && strcmp(parent->path, path) == 0)
		return 0;
	parent_close(parent);
	parent->fd = inside_open(parent->root, path, O_PATH | O_DIRECTORY, 0);
	if (parent->fd < 0 && errno == ENOENT) {
		if (inside_make_directories(parent->root, path, 0755, err) < 0)
			return -1;
		parent->fd = inside_open(parent->root, path,
		    O_PATH | O_DIRECTORY, 0);
	}
	if (parent->fd < 0)
		return error_errno(err, "open directory '%s'", path);
	parent->path = memory_string(path);
	if (fstat(parent->fd, &status) < 0)
		return error_errno(err, "directory '%s'", path);
	parent->inode = status.st_ino;
	return 0;
}

int
parent_place(struct parent *parent, const char *path,
    struct path_place *place, struct error *err)
{
	const char *slash = strrchr(path, '/');
	auto_free char *directory = memory_copy(path, (size_t)(slash - path));

	if (parent_open(parent, *directory ? directory : "/", err) < 0)
		return -1;
	*place = (struct path_place){parent->fd, parent->inode, slash + 1,
	    path};
	return 0;
}

void
parent_close(struct parent *parent)
{
	if (!parent->path)
		return;
	close(parent->fd);
	free(parent->path);
	parent->path = NULL;
}
