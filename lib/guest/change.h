/*
 * change: one of changes.h, and the ways in which it can be made. Each row of
 * them is a function over tree_edit, which opens no file of this host.
 */
#ifndef GUEST_CHANGE_H
#define GUEST_CHANGE_H

#include "guest/changes.h"

typedef int change_apply(const struct changes *changes,
    const struct change *change, struct tree_edit *edit, struct error *err);

struct change {
	change_apply *apply;
	char *path;	/* in the guest */
	char *text;	/* a symlink's target, a line */
	mode_t mode;
	uid_t uid;
	gid_t gid;
	uint64_t start, length;	/* of content in the store */
};

change_apply change_file, change_symlink, change_delete;
change_apply change_directory;	/* one that is there stays as it is */
change_apply change_needs_directory;	/* fails if it is not there */
change_apply change_mode, change_owner;
change_apply change_line;	/* added to a file */
change_apply change_truncate;

/* The path becomes the change's. Valid until the next one. */
struct change *change_new(struct changes *changes, change_apply *apply,
    char *path);
/* Content in memory, for change_file. */
int change_store(struct changes *changes, struct change *change,
    const char *data, size_t length, struct error *err);
/* A file or a whole tree of this host, under the name `path` in the guest,
 * which becomes the change's. */
int change_new_from(struct changes *changes, const char *source, char *path,
    struct error *err);

#endif
