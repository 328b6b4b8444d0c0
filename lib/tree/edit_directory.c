#include "tree/edit.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/inside.h"
#include "base/memory.h"

struct edit_directory {
	struct tree_edit edit;
	int root;
};

static int
root_of(struct tree_edit *edit)
{
	return ((struct edit_directory *)edit)->root;
}

static int
make_parents(int root, const char *path, struct error *err)
{
	const char *slash = strrchr(path, '/');
	auto_free char *parent = NULL;

	if (!slash || slash == path)
		return 0;
	parent = memory_copy(path, (size_t)(slash - path));
	return inside_make_directories(root, parent, 0755, err);
}

/* Gives the file itself, no symlink followed, to somebody else. */
static int
give_to(int root, const char *path, uid_t uid, gid_t gid, struct error *err)
{
	auto_close int fd = inside_open(root, path, O_PATH | O_NOFOLLOW, 0);
	struct stat status;

	if (fd < 0 || fstat(fd, &status) < 0)
		return error_errno(err, "set owner of '%s' in the guest", path);
	if (status.st_uid == uid && status.st_gid == gid)
		return 0;
	if (fchownat(fd, "", uid, gid, AT_EMPTY_PATH) < 0)
		return error_errno(err, "set owner of '%s' in the guest", path);
	return 0;
}

static int
edit_directory_read(struct tree_edit *edit, const char *path,
    struct buffer *text, struct error *err)
{
	return inside_read(root_of(edit), path, text, err);
}

static int
edit_directory_write(struct tree_edit *edit, const char *path,
    struct view text, mode_t mode, struct error *err)
{
	int root = root_of(edit);
	struct stat before;
	bool keeps = inside_stat(root, path, &before) == 0 &&
	    S_ISREG(before.st_mode);

	if (make_parents(root, path, err) < 0 || inside_write(root, path,
	    text.data, text.length, mode, err) < 0)
		return -1;
	return give_to(root, path, keeps ? before.st_uid : 0,
	    keeps ? before.st_gid : 0, err);
}

static int
edit_directory_symlink(struct tree_edit *edit, const char *path,
    const char *target, struct error *err)
{
	int root = root_of(edit);
	auto_close int parent = -1;
	const char *name;

	if (make_parents(root, path, err) < 0 ||
	    inside_remove(root, path, err) < 0)
		return -1;
	parent = inside_open_parent(root, path, &name);
	if (parent < 0 || symlinkat(target, parent, name) < 0)
		return error_errno(err, "link '%s' in the guest", path);
	return give_to(root, path, 0, 0, err);
}

static int
edit_directory_make(struct tree_edit *edit, const char *path, mode_t mode,
    struct error *err)
{
	int root = root_of(edit);
	bool is_new = !inside_exists(root, path);
	auto_close int fd = -1;

	if (make_parents(root, path, err) < 0 ||
	    inside_make_directories(root, path, mode, err) < 0)
		return -1;
	fd = inside_open(root, path, O_RDONLY | O_DIRECTORY, 0);
	if (fd < 0 || (is_new && fchown(fd, 0, 0) < 0) ||
	    fchmod(fd, mode) < 0)
		return error_errno(err, "directory '%s' in the guest", path);
	return 0;
}

static int
edit_directory_remove(struct tree_edit *edit, const char *path,
    struct error *err)
{
	return inside_remove(root_of(edit), path, err);
}

static int
edit_directory_remove_directory(struct tree_edit *edit, const char *path,
    struct error *err)
{
	const char *name;
	auto_close int parent = inside_open_parent(root_of(edit), path, &name);

	if (parent < 0 || unlinkat(parent, name, AT_REMOVEDIR) < 0)
		return error_errno(err, "remove directory '%s' in the guest",
		    path);
	return 0;
}

/* What else there may be is not opened: a device could act on that. */
static int
edit_directory_set_mode(struct tree_edit *edit, const char *path, mode_t mode,
    struct error *err)
{
	auto_close int place = inside_open(root_of(edit), path, O_PATH, 0);
	auto_free char *self = memory_printf("/proc/self/fd/%d", place);
	struct stat status;

	if (place < 0 || fstat(place, &status) < 0)
		return error_errno(err, "set mode of '%s' in the guest", path);
	if (!S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode))
		return error_set(err, "'%s' in the guest is neither a file nor "
		    "a directory", path);
	return chmod(self, mode) == 0 ? 0
	    : error_errno(err, "set mode of '%s' in the guest", path);
}

static int
edit_directory_set_owner(struct tree_edit *edit, const char *path, uid_t uid,
    gid_t gid, struct error *err)
{
	return give_to(root_of(edit), path, uid, gid, err);
}

static int
edit_directory_exists(struct tree_edit *edit, const char *path,
    struct error *err)
{
	struct stat status;

	if (inside_stat(root_of(edit), path, &status) == 0)
		return 1;
	if (errno == ENOENT || errno == ENOTDIR)
		return 0;
	return error_errno(err, "'%s' in the guest", path);
}

static int
edit_directory_status(struct tree_edit *edit, const char *path,
    struct stat *status, struct error *err)
{
	if (inside_stat(root_of(edit), path, status) < 0)
		return error_errno(err, "'%s' in the guest", path);
	return 0;
}

static int
edit_directory_read_link(struct tree_edit *edit, const char *path,
    struct buffer *target, struct error *err)
{
	auto_close int fd = inside_open(root_of(edit), path,
	    O_PATH | O_NOFOLLOW, 0);
	char *end = buffer_reserve(target, PATH_MAX);
	ssize_t length = fd < 0 ? -1 : readlinkat(fd, "", end, PATH_MAX);

	if (length < 0 && fd >= 0 && errno == ENOENT)
		errno = EINVAL;	/* what readlink(2) says of a file */
	if (length < 0)
		return error_errno(err, "read link '%s' in the guest", path);
	target->length += (size_t)length;
	target->data[target->length] = '\0';
	return 0;
}

static int
edit_directory_list(struct tree_edit *edit, const char *path,
    struct strings *names, struct error *err)
{
	auto_close int fd = inside_open(root_of(edit), path,
	    O_RDONLY | O_DIRECTORY, 0);
	auto_closedir DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;

	if (!dir)
		return error_errno(err, "read directory '%s' in the guest",
		    path);
	steal_fd(&fd);
	while ((entry = readdir(dir)))
		if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, ".."))
			strings_add(names, entry->d_name);
	strings_sort(names);
	return 0;
}

static int
edit_directory_finish(struct tree_edit *edit, struct error *err)
{
	(void)edit;
	(void)err;
	return 0;
}

static void
edit_directory_free(struct tree_edit *edit)
{
	free(edit);
}

struct tree_edit *
edit_directory_new(int root, struct error *err)
{
	struct edit_directory *directory;
	struct stat status;

	if (fstat(root, &status) < 0 || !S_ISDIR(status.st_mode)) {
		error_set(err, "the guest's root is not a directory");
		return NULL;
	}
	directory = memory_new(struct edit_directory);
	directory->root = root;
	directory->edit = (struct tree_edit){
		.read = edit_directory_read,
		.write = edit_directory_write,
		.symlink = edit_directory_symlink,
		.make_directory = edit_directory_make,
		.remove = edit_directory_remove,
		.remove_directory = edit_directory_remove_directory,
		.set_mode = edit_directory_set_mode,
		.set_owner = edit_directory_set_owner,
		.exists = edit_directory_exists,
		.status = edit_directory_status,
		.read_link = edit_directory_read_link,
		.list = edit_directory_list,
		.finish = edit_directory_finish,
		.free = edit_directory_free,
	};
	return &directory->edit;
}
