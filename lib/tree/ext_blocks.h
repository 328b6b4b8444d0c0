/*
 * ext_blocks: the blocks of an inode while it is made, one after the other as
 * far as there is room: they are to be read in one go. The inode is the
 * caller's to write.
 */
#ifndef TREE_EXT_BLOCKS_H
#define TREE_EXT_BLOCKS_H

#include "tree/ext_inode.h"

/*
 * Content from block `first` on, which the inode has no block for yet. Blocks
 * of zeros become holes. data must go on, in zeros, to a whole block.
 */
int ext_blocks_store(ext2_filsys fs, struct ext_inode *inode, uint64_t first,
    const void *data, size_t length, struct error *err);

/* Gives `count` blocks from `first` on to the inode, with undefined content. */
int ext_blocks_reserve(ext2_filsys fs, struct ext_inode *inode,
    uint64_t first, uint64_t count, struct error *err);

#endif
