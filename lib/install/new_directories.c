#include "install/new_directories.h"

#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/inside.h"
#include "base/map.h"
#include "install/metadata.h"

struct new_directories {
	int root;
	struct map seen;	/* paths that were looked at */
	struct map made;	/* by inode: those that have no owner yet */
	struct map filled;	/* by inode: those that files were put into */
};

static void
directories_release(struct new_directories *directories)
{
	map_release(&directories->seen);
	map_release(&directories->made);
	map_release(&directories->filled);
}

static struct view
inode_key(const uint64_t *inode)
{
	return (struct view){(const char *)inode, sizeof(*inode)};
}

static void
directories_note(struct new_directories *directories,
    struct unpacked_path *path)
{
	if (path->made)
		*map_put(&directories->made, inode_key(&path->made)) = path;
	if (path->put_into)
		*map_put(&directories->filled, inode_key(&path->put_into)) =
		    path;
}

/* Two paths may lead to one directory, and then the first one counts too. */
static int
directory_finish(struct new_directories *directories,
    const struct unpacked_path *path, struct error *err)
{
	auto_close int fd = inside_open(directories->root, path->path,
	    O_RDONLY | O_DIRECTORY, 0);
	struct stat status;
	uint64_t inode;

	if (fd < 0 || fstat(fd, &status) < 0)
		return error_errno(err, "open directory '%s'", path->path);
	inode = status.st_ino;
	if (!map_get(&directories->made, inode_key(&inode)))
		return 0;
	*map_put(&directories->made, inode_key(&inode)) = NULL;
	if (metadata_own(fd, path, err) < 0)
		return -1;
	if (map_get(&directories->filled, inode_key(&inode)))
		return 0;
	return metadata_set_time(fd, path, err);
}

static int
directories_finish_those_of(struct new_directories *directories,
    struct unpacked *package, struct error *err)
{
	vector_each(path, &package->paths) {
		void **seen;

		if (!S_ISDIR(path->mode) || path->is_filtered)
			continue;
		seen = map_put(&directories->seen, view_of(path->path));
		if (*seen)
			continue;
		*seen = path;
		if (directory_finish(directories, path, err) < 0)
			return -1;
	}
	return 0;
}

int
new_directories_finish(int root, struct unpacked *const *packages,
    size_t count, struct error *err)
{
	auto_end(directories_release) struct new_directories directories = {
		.root = root};

	for (size_t i = 0; i < count; i++)
		vector_each(path, &packages[i]->paths)
			directories_note(&directories, path);
	for (size_t i = 0; i < count; i++)
		if (directories_finish_those_of(&directories, packages[i],
		    err) < 0)
			return -1;
	return 0;
}
