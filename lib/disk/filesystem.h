/*
 * filesystem: made by the program that owns the format, on a descriptor that
 * we hold, with a configuration of our own so that the host's mke2fs.conf
 * cannot matter. Everything is initialised when it is made: a sparse image
 * loses nothing by it, and the guest has nothing left to do.
 */
#ifndef DISK_FILESYSTEM_H
#define DISK_FILESYSTEM_H

#include <stdint.h>

#include "base/error.h"
#include "base/events.h"

struct filesystem {
	const char *type;	/* ext4 */
	const char *features;	/* mke2fs -O, complete list */
	const char *label;	/* NULL for none */
	const char *uuid;	/* text form; required */
	const char *hash_seed;	/* text form; required */
	uint64_t size;	/* bytes */
	uint64_t inodes;	/* at least so many; 0 for one every 16 KiB */
};

/*
 * fd is an empty image of that size, or a block device (which may be held
 * O_EXCL); old signatures at a device's ends are wiped.
 */
int filesystem_make(const struct filesystem *filesystem, int fd,
    struct events *events, struct error *err);

/*
 * Bytes that a filesystem must have, in whole MiB, to take a tree of so many
 * bytes and inodes (tree_measure), with its own tables and journal.
 */
uint64_t filesystem_size_for(uint64_t bytes, uint64_t inodes);

#endif
