/*
 * edit: path-wise changes of a guest's files, over a directory or an ext
 * image alike. All that makes a guest itself (lib/guest) goes through here.
 * Paths are the guest's, resolved inside its root; they may start with "/" or
 * not. Symlinks on the way are followed, in the last name only where it says
 * so. Errors name the guest's path; err->number is the errno.
 */
#ifndef TREE_EDIT_H
#define TREE_EDIT_H

#include <stdbool.h>
#include <sys/stat.h>

#include "base/buffer.h"
#include "base/error.h"
#include "base/vector.h"

struct tree_edit {
	/* Follows symlinks. err->number is ENOENT if it is not there. */
	int (*read)(struct tree_edit *edit, const char *path,
	    struct buffer *text, struct error *err);
	/* Makes a regular file, or puts one in the place of a file or symlink,
	 * owned by uid 0, gid 0 (in the place of a regular file: by its
	 * owner); missing directories are made 0755. */
	int (*write)(struct tree_edit *edit, const char *path,
	    struct view text, mode_t mode, struct error *err);
	int (*symlink)(struct tree_edit *edit, const char *path,
	    const char *target, struct error *err);	/* replaces */
	/* Fine if there (symlinks followed); sets mode. */
	int (*make_directory)(struct tree_edit *edit, const char *path,
	    mode_t mode, struct error *err);
	int (*remove)(struct tree_edit *edit, const char *path,
	    struct error *err);	/* a file or symlink; absent is fine */
	/* An empty directory; err->number is ENOTEMPTY if it is not. */
	int (*remove_directory)(struct tree_edit *edit, const char *path,
	    struct error *err);
	/* Of a file or directory; symlinks are followed. */
	int (*set_mode)(struct tree_edit *edit, const char *path, mode_t mode,
	    struct error *err);
	int (*set_owner)(struct tree_edit *edit, const char *path, uid_t uid,
	    gid_t gid, struct error *err);
	/* Symlinks in the last name are not followed; 1 it is there, 0 not. */
	int (*exists)(struct tree_edit *edit, const char *path,
	    struct error *err);
	/* st_mode, st_uid, st_gid and st_size; a symlink's own in the last
	 * name. err->number is ENOENT if it is not there. */
	int (*status)(struct tree_edit *edit, const char *path,
	    struct stat *status, struct error *err);
	/* Appends the target of a symlink. */
	int (*read_link)(struct tree_edit *edit, const char *path,
	    struct buffer *target, struct error *err);
	/* Adds the names in a directory, sorted. */
	int (*list)(struct tree_edit *edit, const char *path,
	    struct strings *names, struct error *err);
	int (*finish)(struct tree_edit *edit, struct error *err);
	void (*free)(struct tree_edit *edit);
};

/* Removes whatever is there with all below it; absent is fine. */
int edit_remove_tree(struct tree_edit *edit, const char *path,
    struct error *err);

/* root stays the caller's. */
struct tree_edit *edit_directory_new(int root, struct error *err);
/*
 * An ext2/3/4 filesystem on fd, which stays the caller's and is not synced.
 * Nothing is changed before finish, which changes all at once. For writing, a
 * filesystem that was not unmounted cleanly or has errors is refused.
 */
struct tree_edit *edit_ext_new(int fd, bool read_only, struct error *err);

#endif
