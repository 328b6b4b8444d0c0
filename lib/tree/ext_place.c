#include "tree/ext_place.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/memory.h"
#include "tree/ext_blocks.h"
#include "tree/ext_directory.h"
#include "tree/ext_inode.h"

void
ext_place_release(struct ext_place *place)
{
	free(place->name);
}

errcode_t
ext_find(ext2_filsys fs, const char *path, ext2_ino_t *number)
{
	return ext2fs_namei_follow(fs, EXT2_ROOT_INO, EXT2_ROOT_INO,
	    *path ? path : "/", number);
}

static struct timespec
now(ext2_filsys fs)
{
	return (struct timespec){.tv_sec = ext_time(fs)};
}

bool
ext_is_directory(ext2_filsys fs, ext2_ino_t number)
{
	return ext2fs_check_directory(fs, number) == 0;
}

int
ext_place_find(ext2_filsys fs, const char *path, struct ext_place *place,
    struct error *err)
{
	const char *slash = strrchr(path, '/');
	auto_free char *parent =
	    slash ? memory_copy(path, (size_t)(slash - path)) : NULL;
	errcode_t code;

	place->name = memory_string(slash ? slash + 1 : path);
	if (!*place->name || !strcmp(place->name, ".") ||
	    !strcmp(place->name, ".."))
		return error_set(err, "'%s' in the guest: not a name", path);
	code = ext_find(fs, parent ? parent : "", &place->directory);
	if (!code && !ext_is_directory(fs, place->directory))
		code = EXT2_ET_NO_DIRECTORY;
	if (!code)
		code = ext2fs_lookup(fs, place->directory, place->name,
		    (int)strlen(place->name), NULL, &place->number);
	if (code == EXT2_ET_FILE_NOT_FOUND && place->directory) {
		place->number = 0;
		return 0;
	}
	return code ? ext_error(err, code, "'%s' in the guest", path) : 0;
}

/* The directory has changed. */
static int
stamp(ext2_filsys fs, ext2_ino_t directory, struct error *err)
{
	struct ext_inode inode;

	if (ext_inode_read(fs, &inode, directory, err) < 0)
		return -1;
	inode.large.i_mtime = inode.large.i_ctime = (uint32_t)ext_time(fs);
	inode.large.i_mtime_extra = inode.large.i_ctime_extra = 0;
	return ext_inode_write(fs, &inode, err);
}

static int
ext_place_link(ext2_filsys fs, const struct ext_place *place, ext2_ino_t number,
    mode_t mode, struct error *err)
{
	int type = ext_file_type(fs, mode);
	errcode_t code = ext2fs_link(fs, place->directory, place->name, number,
	    type);

	if (code == EXT2_ET_DIR_NO_SPACE) {
		code = ext2fs_expand_dir(fs, place->directory);
		if (!code)
			code = ext2fs_link(fs, place->directory, place->name,
			    number, type);
	}
	if (code)
		return ext_error(err, code, "add '%s'", place->name);
	return stamp(fs, place->directory, err);
}

/* Said before anything is made for the place, so that nothing is left over. */
static int
ext_place_check(ext2_filsys fs, const struct ext_place *place,
    struct error *err)
{
	if (!place->number || !ext_is_directory(fs, place->number))
		return 0;
	error_set(err, "'%s' is a directory", place->name);
	err->number = EISDIR;
	return -1;
}

int
ext_place_clear(ext2_filsys fs, struct ext_place *place, struct error *err)
{
	errcode_t code;

	if (!place->number)
		return 0;
	if (ext_place_check(fs, place, err) < 0)
		return -1;
	code = ext2fs_unlink(fs, place->directory, place->name, place->number,
	    0);
	if (code)
		return ext_error(err, code, "remove '%s'", place->name);
	if (ext_inode_drop(fs, place->number, err) < 0)
		return -1;
	place->number = 0;
	return stamp(fs, place->directory, err);
}

static int
entry_is_own(struct ext2_dir_entry *entry, int offset, int size, char *block,
    void *context)
{
	struct view name = {entry->name, (size_t)ext2fs_dirent_name_len(entry)};

	(void)offset;
	(void)size;
	(void)block;
	if (view_is(name, ".") || view_is(name, ".."))
		return 0;
	*(bool *)context = false;
	return DIRENT_ABORT;
}

/* Can the place be taken away as a directory? */
static int
ext_place_check_empty(ext2_filsys fs, const struct ext_place *place,
    struct error *err)
{
	bool is_empty = true;
	errcode_t code = !place->number ? EXT2_ET_FILE_NOT_FOUND
	    : !ext_is_directory(fs, place->number) ? EXT2_ET_NO_DIRECTORY
	    : ext2fs_dir_iterate(fs, place->number, 0, NULL, entry_is_own,
	    &is_empty);

	if (code)
		return ext_error(err, code, "'%s'", place->name);
	if (is_empty)
		return 0;
	error_set(err, "'%s' is not empty", place->name);
	err->number = ENOTEMPTY;
	return -1;
}

/* The link from its own "." goes with the directory, and that from its ".." is
 * one of the parent's. */
int
ext_place_remove_directory(ext2_filsys fs, struct ext_place *place,
    struct error *err)
{
	struct ext_inode inode, parent;
	errcode_t code;

	if (ext_place_check_empty(fs, place, err) < 0 ||
	    ext_inode_read(fs, &inode, place->number, err) < 0 ||
	    ext_inode_read(fs, &parent, place->directory, err) < 0)
		return -1;
	code = ext2fs_unlink(fs, place->directory, place->name, place->number,
	    0);
	if (code)
		return ext_error(err, code, "remove '%s'", place->name);
	inode.large.i_links_count = 1;
	if (parent.large.i_links_count > 2)
		parent.large.i_links_count--;
	if (ext_inode_write(fs, &inode, err) < 0 ||
	    ext_inode_write(fs, &parent, err) < 0 ||
	    ext_inode_drop(fs, place->number, err) < 0)
		return -1;
	place->number = 0;
	return stamp(fs, place->directory, err);
}

int
ext_make_directory(ext2_filsys fs, const char *path, mode_t mode,
    struct error *err)
{
	auto_ext_place struct ext_place place = {0};
	struct ext_directory directory = {0};
	struct ext_inode inode, parent;
	int result;

	if (ext_place_find(fs, path, &place, err) < 0 ||
	    ext_inode_new(fs, &inode, S_IFDIR | mode, err) < 0)
		return -1;
	ext_inode_set_times(&inode, now(fs));
	ext_directory_init(fs, &directory, inode.number, place.directory);
	if (ext_inode_write(fs, &inode, err) < 0)
		return -1;
	result = ext_directory_write(fs, &directory, err);
	ext_directory_release(&directory);
	if (result < 0 || ext_inode_read(fs, &parent, place.directory, err) < 0)
		return -1;
	/* 1 means more than can be counted (dir_nlink). */
	if (parent.large.i_links_count > 1)
		parent.large.i_links_count++;
	if (ext_inode_write(fs, &parent, err) < 0)
		return -1;
	return ext_place_link(fs, &place, inode.number, S_IFDIR, err);
}

int
ext_make_parents(ext2_filsys fs, const char *path, struct error *err)
{
	auto_free char *copy = memory_string(path);
	ext2_ino_t number;

	for (char *end = strchr(copy + (*copy == '/'), '/'); end;
	    end = strchr(end + 1, '/')) {
		errcode_t code;

		*end = '\0';
		code = ext_find(fs, copy, &number);
		if (code == EXT2_ET_FILE_NOT_FOUND) {
			if (ext_make_directory(fs, copy, 0755, err) < 0)
				return error_prefix(err,
				    "make directory '%s' in the guest", copy);
		} else if (code) {
			return ext_error(err, code, "'%s' in the guest", copy);
		}
		*end = '/';
	}
	return 0;
}

/* The last block goes on in zeros. */
static int
inode_set_text(ext2_filsys fs, struct ext_inode *inode, struct view text,
    struct error *err)
{
	size_t tail = text.length % fs->blocksize, whole = text.length - tail;
	auto_free char *last = memory_zeroed(fs->blocksize, 1);

	if (tail)
		memcpy(last, text.data + whole, tail);
	if (ext_blocks_store(fs, inode, 0, text.data, whole, err) < 0 ||
	    ext_blocks_store(fs, inode, whole / fs->blocksize, last, tail,
	    err) < 0)
		return -1;
	return ext_inode_set_size(fs, inode, text.length, err);
}

static int
keep_owner(ext2_filsys fs, struct ext_inode *inode, ext2_ino_t old,
    struct error *err)
{
	struct ext_inode before;

	if (!old)
		return 0;
	if (ext_inode_read(fs, &before, old, err) < 0)
		return -1;
	if (S_ISREG(before.large.i_mode))
		ext_inode_set_owner(inode, ext_inode_uid(&before),
		    ext_inode_gid(&before));
	return 0;
}

int
ext_place_write(ext2_filsys fs, struct ext_place *place, struct view text,
    mode_t mode, struct error *err)
{
	struct ext_inode inode;

	if (ext_place_check(fs, place, err) < 0 ||
	    ext_inode_new(fs, &inode, S_IFREG | mode, err) < 0 ||
	    keep_owner(fs, &inode, place->number, err) < 0)
		return -1;
	ext_inode_set_times(&inode, now(fs));
	if (inode_set_text(fs, &inode, text, err) < 0 ||
	    ext_inode_write(fs, &inode, err) < 0 ||
	    ext_place_clear(fs, place, err) < 0)
		return -1;
	return ext_place_link(fs, place, inode.number, S_IFREG, err);
}

int
ext_place_symlink(ext2_filsys fs, struct ext_place *place, const char *target,
    struct error *err)
{
	struct ext_inode inode;

	if (ext_place_clear(fs, place, err) < 0 ||
	    ext_inode_new(fs, &inode, S_IFLNK | 0777, err) < 0)
		return -1;
	ext_inode_set_times(&inode, now(fs));
	if (ext_inode_set_target(fs, &inode, target, err) < 0 ||
	    ext_inode_write(fs, &inode, err) < 0)
		return -1;
	return ext_place_link(fs, place, inode.number, S_IFLNK, err);
}
