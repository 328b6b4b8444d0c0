#include "tree/edit_ext.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/memory.h"
#include "tree/ext_inode.h"
#include "tree/ext_place.h"

struct edit_ext {
	struct tree_edit edit;
	ext2_filsys fs;
};

static ext2_filsys
fs_of(struct tree_edit *edit)
{
	return ((struct edit_ext *)edit)->fs;
}

static int
edit_ext_read(struct tree_edit *edit, const char *path, struct buffer *text,
    struct error *err)
{
	ext2_filsys fs = fs_of(edit);
	ext2_ino_t number;
	ext2_file_t file;
	errcode_t code = ext_find(fs, path, &number);
	unsigned length = 0;

	if (!code && ext_is_directory(fs, number))
		code = EISDIR;
	if (!code)
		code = ext2fs_file_open(fs, number, 0, &file);
	if (code)
		return ext_error(err, code, "open '%s' in the guest", path);
	do {
		char *end = buffer_reserve(text, 1 << 16);

		code = ext2fs_file_read(file, end, 1 << 16, &length);
		text->length += length;
		text->data[text->length] = '\0';
	} while (!code && length);
	ext2fs_file_close(file);
	return code ? ext_error(err, code, "read '%s' in the guest", path) : 0;
}

static int
edit_ext_write(struct tree_edit *edit, const char *path, struct view text,
    mode_t mode, struct error *err)
{
	ext2_filsys fs = fs_of(edit);
	auto_ext_place struct ext_place place = {0};

	if (ext_make_parents(fs, path, err) < 0 ||
	    ext_place_find(fs, path, &place, err) < 0)
		return -1;
	if (ext_place_write(fs, &place, text, mode, err) < 0)
		return error_prefix(err, "write '%s' in the guest", path);
	return 0;
}

static int
edit_ext_symlink(struct tree_edit *edit, const char *path, const char *target,
    struct error *err)
{
	ext2_filsys fs = fs_of(edit);
	auto_ext_place struct ext_place place = {0};

	if (ext_make_parents(fs, path, err) < 0 ||
	    ext_place_find(fs, path, &place, err) < 0)
		return -1;
	if (ext_place_symlink(fs, &place, target, err) < 0)
		return error_prefix(err, "link '%s' in the guest", path);
	return 0;
}

static int
set_mode(ext2_filsys fs, ext2_ino_t number, mode_t mode, struct error *err)
{
	struct ext_inode inode;

	if (ext_inode_read(fs, &inode, number, err) < 0)
		return -1;
	if (!S_ISREG(inode.large.i_mode) && !S_ISDIR(inode.large.i_mode))
		return error_set(err, "it is neither a file nor a directory");
	inode.large.i_mode = (uint16_t)((inode.large.i_mode & S_IFMT) | mode);
	return ext_inode_write(fs, &inode, err);
}

static int
edit_ext_set_mode(struct tree_edit *edit, const char *path, mode_t mode,
    struct error *err)
{
	ext2_filsys fs = fs_of(edit);
	ext2_ino_t number;
	errcode_t code = ext_find(fs, path, &number);

	if (code)
		return ext_error(err, code, "set mode of '%s' in the guest",
		    path);
	if (set_mode(fs, number, mode, err) < 0)
		return error_prefix(err, "set mode of '%s' in the guest",
		    path);
	return 0;
}

static int
edit_ext_make_directory(struct tree_edit *edit, const char *path, mode_t mode,
    struct error *err)
{
	ext2_filsys fs = fs_of(edit);
	ext2_ino_t number;
	errcode_t code;
	int result;

	if (ext_make_parents(fs, path, err) < 0)
		return -1;
	code = ext_find(fs, path, &number);
	if (code && code != EXT2_ET_FILE_NOT_FOUND)
		return ext_error(err, code, "'%s' in the guest", path);
	if (!code && !ext_is_directory(fs, number))
		return ext_error(err, EXT2_ET_NO_DIRECTORY,
		    "directory '%s' in the guest", path);
	result = code ? ext_make_directory(fs, path, mode, err)
	    : set_mode(fs, number, mode, err);
	if (result < 0)
		return error_prefix(err, "directory '%s' in the guest", path);
	return 0;
}

static int
edit_ext_remove(struct tree_edit *edit, const char *path, struct error *err)
{
	ext2_filsys fs = fs_of(edit);
	auto_ext_place struct ext_place place = {0};

	if (ext_place_find(fs, path, &place, err) < 0)
		return err->number == ENOENT ? (error_release(err), 0) : -1;
	if (ext_place_clear(fs, &place, err) < 0)
		return error_prefix(err, "remove '%s' in the guest", path);
	return 0;
}

static int
edit_ext_remove_directory(struct tree_edit *edit, const char *path,
    struct error *err)
{
	ext2_filsys fs = fs_of(edit);
	auto_ext_place struct ext_place place = {0};

	if (ext_place_find(fs, path, &place, err) < 0)
		return -1;
	if (ext_place_remove_directory(fs, &place, err) < 0)
		return error_prefix(err, "remove directory '%s' in the guest",
		    path);
	return 0;
}

static int
edit_ext_set_owner(struct tree_edit *edit, const char *path, uid_t uid,
    gid_t gid, struct error *err)
{
	ext2_filsys fs = fs_of(edit);
	auto_ext_place struct ext_place place = {0};
	struct ext_inode inode;

	if (ext_place_find(fs, path, &place, err) < 0)
		return -1;
	if (!place.number)
		return ext_error(err, EXT2_ET_FILE_NOT_FOUND,
		    "set owner of '%s' in the guest", path);
	if (ext_inode_read(fs, &inode, place.number, err) < 0)
		return -1;
	ext_inode_set_owner(&inode, uid, gid);
	return ext_inode_write(fs, &inode, err);
}

static int
edit_ext_exists(struct tree_edit *edit, const char *path, struct error *err)
{
	auto_ext_place struct ext_place place = {0};

	if (ext_place_find(fs_of(edit), path, &place, err) == 0)
		return place.number != 0;
	if (err->number != ENOENT && err->number != ENOTDIR)
		return -1;
	error_release(err);
	return 0;
}

/* The inode that bears the name itself. */
static int
inode_find(ext2_filsys fs, const char *path, struct ext_inode *inode,
    struct error *err)
{
	auto_ext_place struct ext_place place = {0};

	if (ext_place_find(fs, path, &place, err) < 0)
		return -1;
	if (!place.number)
		return ext_error(err, EXT2_ET_FILE_NOT_FOUND,
		    "'%s' in the guest", path);
	return ext_inode_read(fs, inode, place.number, err);
}

static int
edit_ext_status(struct tree_edit *edit, const char *path, struct stat *status,
    struct error *err)
{
	struct ext_inode inode;

	if (inode_find(fs_of(edit), path, &inode, err) < 0)
		return -1;
	*status = (struct stat){
		.st_mode = inode.large.i_mode,
		.st_uid = ext_inode_uid(&inode),
		.st_gid = ext_inode_gid(&inode),
		.st_size = (off_t)EXT2_I_SIZE(&inode.large),
	};
	return 0;
}

static int
edit_ext_read_link(struct tree_edit *edit, const char *path,
    struct buffer *target, struct error *err)
{
	ext2_filsys fs = fs_of(edit);
	struct ext_inode inode;

	if (inode_find(fs, path, &inode, err) < 0)
		return -1;
	return ext_inode_target(fs, &inode, target, err) < 0
	    ? error_prefix(err, "'%s' in the guest", path) : 0;
}

static int
list_name(struct ext2_dir_entry *entry, int offset, int size, char *block,
    void *context)
{
	struct view name = {entry->name, (size_t)ext2fs_dirent_name_len(entry)};

	(void)offset;
	(void)size;
	(void)block;
	if (!view_is(name, ".") && !view_is(name, ".."))
		strings_printf(context, VIEW_FORMAT, VIEW_ARGUMENTS(name));
	return 0;
}

static int
edit_ext_list(struct tree_edit *edit, const char *path, struct strings *names,
    struct error *err)
{
	ext2_filsys fs = fs_of(edit);
	ext2_ino_t number;
	errcode_t code = ext_find(fs, path, &number);

	if (!code)
		code = ext2fs_dir_iterate(fs, number, 0, NULL, list_name,
		    names);
	if (code)
		return ext_error(err, code, "read directory '%s' in the guest",
		    path);
	strings_sort(names);
	return 0;
}

static int
edit_ext_finish(struct tree_edit *edit, struct error *err)
{
	return ext_commit(fs_of(edit), err);
}

static void
edit_ext_free(struct tree_edit *edit)
{
	ext_abandon(fs_of(edit));
	free(edit);
}

struct tree_edit *
edit_ext_of(ext2_filsys fs)
{
	struct edit_ext *ext = memory_new(struct edit_ext);

	ext->fs = fs;
	ext->edit = (struct tree_edit){
		.read = edit_ext_read,
		.write = edit_ext_write,
		.symlink = edit_ext_symlink,
		.make_directory = edit_ext_make_directory,
		.remove = edit_ext_remove,
		.remove_directory = edit_ext_remove_directory,
		.set_mode = edit_ext_set_mode,
		.set_owner = edit_ext_set_owner,
		.exists = edit_ext_exists,
		.status = edit_ext_status,
		.read_link = edit_ext_read_link,
		.list = edit_ext_list,
		.finish = edit_ext_finish,
		.free = edit_ext_free,
	};
	return &ext->edit;
}

struct tree_edit *
edit_ext_new(int fd, bool read_only, struct error *err)
{
	ext2_filsys fs = read_only ? ext_open(fd, true, err)
	    : ext_open_staged(fd, err);

	return fs ? edit_ext_of(fs) : NULL;
}
