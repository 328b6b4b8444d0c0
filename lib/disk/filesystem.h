/*
 * filesystem: made by the program that owns the format, on a descriptor that
 * we hold, with a configuration of our own so that the host's mke2fs.conf
 * cannot matter.
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
	uint64_t inodes;	/* at least so many; 0 for mke2fs's own ratio */
};

int filesystem_make(const struct filesystem *filesystem, int fd,
    struct events *events, struct error *err);

#endif
