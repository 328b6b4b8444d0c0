/*
 * ext_directory: the names of a directory that is made as a whole: collected
 * in memory, packed into blocks in the order they were added; a large one gets
 * an index when it is written (ext_index.h).
 */
#ifndef TREE_EXT_DIRECTORY_H
#define TREE_EXT_DIRECTORY_H

#include "base/buffer.h"
#include "tree/ext.h"

struct ext_directory {
	ext2_ino_t number;
	ext2_ino_t parent;
	unsigned subdirectories;
	struct buffer blocks;
	size_t last;	/* offset of the last entry in blocks */
	size_t index_blocks;	/* the first ones, which are no names' */
};

/* The directory's inode exists; "." and ".." are its first names. */
void ext_directory_init(ext2_filsys fs, struct ext_directory *directory,
    ext2_ino_t number, ext2_ino_t parent);
/* mode with the type; a directory counts as a link to this one. */
void ext_directory_add(ext2_filsys fs, struct ext_directory *directory,
    const char *name, ext2_ino_t number, mode_t mode);
/* A name with its number and type, as it is in another directory. */
void ext_directory_copy(ext2_filsys fs, struct ext_directory *directory,
    const struct ext2_dir_entry *from);
/* Bytes of a block that names may use: a checksum may follow them. */
size_t ext_directory_room(ext2_filsys fs);
/* Gives the last name all that is left of its block. */
void ext_directory_end(ext2_filsys fs, struct ext_directory *directory);
/* Ends it, and puts the blocks, size and links on disk. */
int ext_directory_write(ext2_filsys fs, struct ext_directory *directory,
    struct error *err);
void ext_directory_release(struct ext_directory *directory);

/* EXT2_FT_… of a mode. */
int ext_file_type(ext2_filsys fs, mode_t mode);

#endif
