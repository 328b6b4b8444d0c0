/*
 * ext_index: the hash tree of a large directory, which the kernel keeps when
 * it adds names to one but does not begin for one that is there: without it
 * each look-up reads all blocks. The blocks are the root, with "." and "..";
 * if that has not room for all leaves the nodes of a second level; the leaves,
 * which are blocks of a linear directory, by ranges of their names' hashes.
 * The format is in linux/fs/ext4/namei.c, and in ext2fs/ext2_fs.h as
 * EXT2_INDEX_FL and struct ext2_dx_….
 */
#ifndef TREE_EXT_INDEX_H
#define TREE_EXT_INDEX_H

#include "tree/ext_directory.h"

/*
 * Of a directory that is complete, with its last block ended. Small ones, those
 * too large for two levels, and those of a filesystem without dir_index stay
 * as they are.
 */
int ext_index_make(ext2_filsys fs, struct ext_directory *directory,
    struct error *err);

#endif
