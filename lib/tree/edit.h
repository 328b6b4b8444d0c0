/*
 * edit: path-wise changes of a guest's files, over a directory or an ext
 * image alike. All that makes a guest itself (lib/guest) goes through here.
 * Paths are the guest's, resolved inside its root.
 */
#ifndef TREE_EDIT_H
#define TREE_EDIT_H

#include <sys/stat.h>

#include "base/buffer.h"
#include "base/error.h"
#include "base/vector.h"

struct tree_edit {
	/* Follows symlinks. err->number is ENOENT if it is not there. */
	int (*read)(struct tree_edit *edit, const char *path,
	    struct buffer *text, struct error *err);
	/* Makes or replaces a regular file owned by uid 0, gid 0 (an existing
	 * file keeps its owner); missing directories are made 0755. */
	int (*write)(struct tree_edit *edit, const char *path,
	    struct view text, mode_t mode, struct error *err);
	int (*symlink)(struct tree_edit *edit, const char *path,
	    const char *target, struct error *err);	/* replaces */
	int (*make_directory)(struct tree_edit *edit, const char *path,
	    mode_t mode, struct error *err);	/* fine if there; sets mode */
	int (*remove)(struct tree_edit *edit, const char *path,
	    struct error *err);	/* a file or symlink; absent is fine */
	int (*set_owner)(struct tree_edit *edit, const char *path, uid_t uid,
	    gid_t gid, struct error *err);
	/* Symlinks in the last name are not followed; 1 it is there, 0 not. */
	int (*exists)(struct tree_edit *edit, const char *path,
	    struct error *err);
	/* Adds the names in a directory, sorted. */
	int (*list)(struct tree_edit *edit, const char *path,
	    struct strings *names, struct error *err);
	int (*finish)(struct tree_edit *edit, struct error *err);
	void (*free)(struct tree_edit *edit);
};

/* root stays the caller's. */
struct tree_edit *edit_directory_new(int root, struct error *err);
/* An ext2/3/4 filesystem at `offset` bytes in fd; read_only opens for read. */
struct tree_edit *edit_ext_new(int fd, bool read_only, struct error *err);

#endif
