/*
 * ext_overlay: an I/O manager of libext2fs that keeps in memory what is written
 * to a filesystem that is there, until all of it is known to be right. What
 * fails before ext_overlay_commit has changed nothing. Content of new files
 * can go straight to blocks that were free, where nobody misses anything.
 */
#ifndef TREE_EXT_OVERLAY_H
#define TREE_EXT_OVERLAY_H

#include <ext2fs/ext2fs.h>
#include <stdbool.h>

/* For ext2fs_open, of a descriptor's number as unixfd_io_manager has it. */
extern io_manager const ext_overlay_manager;

/* The filesystem is open, and its bitmaps are those on disk. Unless it `fills`
 * what was free, the content of new files is kept in memory, too, and nothing is
 * written to the descriptor. */
errcode_t ext_overlay_begin(ext2_filsys fs, bool fills);
/* Writes all. The superblock says meanwhile that e2fsck is needed. */
errcode_t ext_overlay_commit(ext2_filsys fs);
/* The same to a copy of what is on the descriptor; as often as is wanted. */
errcode_t ext_overlay_put(ext2_filsys fs, int copy);

#endif
