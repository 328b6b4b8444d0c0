/*
 * ext: an ext2/3/4 filesystem on a descriptor, opened by libext2fs in this
 * process. Nothing is mounted. What is done to it is written by ext_close.
 */
#ifndef TREE_EXT_H
#define TREE_EXT_H

#include <ext2fs/ext2fs.h>
#include <stdbool.h>

#include "base/error.h"

/*
 * fd stays the caller's, must be open for reading (and writing), and is not
 * synced. Opening for writing refuses what e2fsck would have to see first.
 * Under SOURCE_DATE_EPOCH this is the filesystem's time, too.
 */
ext2_filsys ext_open(int fd, bool read_only, struct error *err);
/* For writing, too, but until ext_commit nothing is changed on it. */
ext2_filsys ext_open_staged(int fd, struct error *err);
/* … and then nothing, either: it goes to a copy, by ext_overlay_put. */
ext2_filsys ext_open_copied(int fd, struct error *err);
/* All at once; the filesystem is not for use any more, but for ext_abandon. */
int ext_commit(ext2_filsys fs, struct error *err);
/* Writes all that is pending and frees. */
int ext_close(ext2_filsys fs, struct error *err);
/* Frees; what was changed is not consistent then. */
void ext_abandon(ext2_filsys fs);

/* Seconds to stamp a change with. */
int64_t ext_time(ext2_filsys fs);

/*
 * The sentence for libext2fs's code; -1. A full filesystem has err->number
 * ENOSPC, a missing name ENOENT.
 */
int ext_error(struct error *err, errcode_t code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
