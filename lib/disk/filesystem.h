/*
 * filesystem: what a disk of a guest holds: made by the program that owns the
 * format, on a descriptor that we hold, with a configuration of our own so
 * that the host's cannot matter, and filled by us or by that program.
 *
 *	if (filesystem_check(&filesystem, err) < 0) …	before anything is done
 *	filesystem.size = filesystem_size_for(&filesystem, bytes);
 *	filesystem_make(&filesystem, fd, events, err)	outside the sandbox
 *	filesystem_fill(&filesystem, fd, &walk, events, err)	inside of it
 *
 * Unless it is to be lazy, everything is initialised when it is made: a sparse
 * image loses nothing by it, and the guest has nothing left to do.
 */
#ifndef DISK_FILESYSTEM_H
#define DISK_FILESYSTEM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/events.h"
#include "disk/signature.h"
#include "tree/walk.h"

/* Fields after `inodes` are options: 0 and NULL are the usual. */
struct filesystem {
	const char *type;	/* ext2, ext3, ext4, swap, xfs, btrfs */
	const char *features;	/* complete, as mke2fs or mkfs.xfs calls them;
				   NULL: the type's own, which ext4 has none of */
	const char *label;	/* NULL for none */
	const char *uuid;	/* text form; required */
	const char *hash_seed;	/* text form; ext requires it */
	uint64_t size;	/* bytes */
	uint64_t inodes;	/* at least so many; 0 for one every
				   bytes_per_inode */
	bool stays_empty;	/* no filesystem_fill will follow */
	uint64_t sector_size;	/* that a device has; 0: 512 */
	bool discard;	/* tell a device first that nothing on it counts */
	/* What only ext has: */
	const char *changes;	/* to the features: "+uninit_bg,-64bit" */
	const char *reserved;	/* percent of the blocks, for root; 5 */
	uint64_t journal_size;	/* bytes; what mke2fs finds right */
	uint64_t inode_size;	/* 256 */
	uint64_t bytes_per_inode;	/* 16384 */
	uint64_t stride;	/* of a RAID below, in blocks of 4 KiB */
	uint64_t stripe_width;
	bool lazy;	/* the guest's kernel initialises the rest */
};

/* Debian's package with the programs for that type; NULL: nobody knows it. */
const char *filesystem_package(const char *type);

/*
 * All that can be refused without a look at the disk: an unknown type, a
 * program that is not here, a label that is too long, an option of another
 * type, a feature that nobody knows, a size (if given) that is too small.
 */
int filesystem_check(const struct filesystem *filesystem, struct error *err);

/*
 * Bytes that it must have, in whole MiB, to take a tree of so many bytes and
 * filesystem->inodes (tree_measure), with its own tables and journal.
 */
uint64_t filesystem_size_for(const struct filesystem *filesystem,
    uint64_t bytes);

/*
 * fd is an empty image of that size, or a block device (which may be held
 * O_EXCL); old signatures at a device's ends are wiped. What a user cannot
 * mount, xfs and btrfs, is made by filesystem_fill, with all that is in it.
 */
int filesystem_make(const struct filesystem *filesystem, int fd,
    struct events *events, struct error *err);

/*
 * Instead of that: what is on fd stays, and is filled. It must be ext2, ext3
 * or ext4, sound, without anything in it but lost+found, and with no features
 * that filesystem_fill does not know. A guest may have written it: it is
 * looked at by confined children only. `signature` says type and UUID then.
 */
int filesystem_check_existing(int fd, struct signature *signature,
    struct events *events, struct error *err);

/*
 * The tree that `walk` leads through becomes its content; in a sandbox, where
 * ids read as the guest's own. Nothing is synced.
 */
int filesystem_fill(const struct filesystem *filesystem, int fd,
    const struct tree_walk *walk, struct events *events, struct error *err);

#endif
