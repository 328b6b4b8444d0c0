/*
 * ext_overlay: an I/O manager of libext2fs that keeps in memory what is written
 * to a filesystem that is there, until all of it is known to be right. What
 * fails before ext_overlay_commit has changed nothing. Content of new files
 * goes straight to blocks that were free, where nobody misses anything.
 */
#ifndef TREE_EXT_OVERLAY_H
#define TREE_EXT_OVERLAY_H

#include <ext2fs/ext2fs.h>

/* For ext2fs_open, of a descriptor's number as unixfd_io_manager has it. */
extern io_manager const ext_overlay_manager;

/* The filesystem is open, and its bitmaps are those on disk. */
errcode_t ext_overlay_begin(ext2_filsys fs);
/* Writes all. The superblock says meanwhile that e2fsck is needed. */
errcode_t ext_overlay_commit(ext2_filsys fs);

#endif
