/*
 * ext_inode: one inode of an ext filesystem while it is made or changed. It is
 * on disk after ext_inode_write.
 */
#ifndef TREE_EXT_INODE_H
#define TREE_EXT_INODE_H

#include <stdint.h>
#include <sys/types.h>
#include <time.h>

#include "base/buffer.h"
#include "tree/ext.h"

struct ext_inode {
	ext2_ino_t number;
	union {
		struct ext2_inode small;	/* for libext2fs's calls */
		struct ext2_inode_large large;
		char bytes[1024];
	};
};

/* Takes a free inode; mode with the type; one link, owner 0:0, no times. */
int ext_inode_new(ext2_filsys fs, struct ext_inode *inode, mode_t mode,
    struct error *err);
int ext_inode_read(ext2_filsys fs, struct ext_inode *inode,
    ext2_ino_t number, struct error *err);
int ext_inode_write(ext2_filsys fs, struct ext_inode *inode,
    struct error *err);

void ext_inode_set_owner(struct ext_inode *inode, uid_t uid, gid_t gid);
uid_t ext_inode_uid(const struct ext_inode *inode);
gid_t ext_inode_gid(const struct ext_inode *inode);
/* All four of its times. */
void ext_inode_set_times(struct ext_inode *inode, struct timespec time);
void ext_inode_set_device(struct ext_inode *inode, dev_t device);
int ext_inode_set_target(ext2_filsys fs, struct ext_inode *inode,
    const char *target, struct error *err);
/* Appends it, of a symlink. */
int ext_inode_target(ext2_filsys fs, struct ext_inode *inode,
    struct buffer *target, struct error *err);
int ext_inode_set_size(ext2_filsys fs, struct ext_inode *inode,
    uint64_t size, struct error *err);

/* One name less; with the last one the inode and its blocks are free. */
int ext_inode_drop(ext2_filsys fs, ext2_ino_t number, struct error *err);

#endif
