/*
 * ext_place: a name in a directory of an ext filesystem, taken or not, and the
 * changes that are made there. Paths are the guest's: whatever its symlinks
 * say, they cannot lead out of the filesystem.
 */
#ifndef TREE_EXT_PLACE_H
#define TREE_EXT_PLACE_H

#include <sys/types.h>

#include "base/text.h"
#include "tree/ext.h"

struct ext_place {
	ext2_ino_t directory;
	char *name;	/* in it */
	ext2_ino_t number;	/* 0: there is none of that name */
};

#define auto_ext_place __attribute__((cleanup(ext_place_release)))

/* The inode of a path, all symlinks followed. */
errcode_t ext_find(ext2_filsys fs, const char *path, ext2_ino_t *number);
bool ext_is_directory(ext2_filsys fs, ext2_ino_t number);

/* Splits off the last name, whose symlink is not followed. */
int ext_place_find(ext2_filsys fs, const char *path, struct ext_place *place,
    struct error *err);
/* Removes a file or symlink; fine if there is none. */
int ext_place_clear(ext2_filsys fs, struct ext_place *place,
    struct error *err);
/* An empty one; err->number is ENOTEMPTY if it is not. */
int ext_place_remove_directory(ext2_filsys fs, struct ext_place *place,
    struct error *err);
/* Puts a new file there; a regular file before it bequeaths its owner. */
int ext_place_write(ext2_filsys fs, struct ext_place *place, struct view text,
    mode_t mode, struct error *err);
int ext_place_symlink(ext2_filsys fs, struct ext_place *place,
    const char *target, struct error *err);
void ext_place_release(struct ext_place *place);

int ext_make_directory(ext2_filsys fs, const char *path, mode_t mode,
    struct error *err);
/* All that lead to the last name of the path, 0755. */
int ext_make_parents(ext2_filsys fs, const char *path, struct error *err);

#endif
