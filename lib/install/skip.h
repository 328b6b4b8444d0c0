/*
 * skip: parts of making a root that can be left out, by the names that
 * mmdebstrap has for them. A name that it has and that cannot be left out here
 * is refused with the reason; skip.c has them all in a table.
 */
#ifndef INSTALL_SKIP_H
#define INSTALL_SKIP_H

#include "base/error.h"
#include "base/vector.h"

/* Bits of a set. */
enum skip {
	SKIP_EMPTY = 1 << 0,	/* the check that a directory is empty */
	SKIP_RUNNABLE = 1 << 1,	/* … that programs of the root run here */
	SKIP_SIGNED_BY = 1 << 2,	/* the option of apt's sources */
	SKIP_MOUNT_DEV = 1 << 3,
	SKIP_MOUNT_PROC = 1 << 4,
	SKIP_MOUNT_SYS = 1 << 5,
	SKIP_MOUNTS = SKIP_MOUNT_DEV | SKIP_MOUNT_PROC | SKIP_MOUNT_SYS,
	SKIP_POLICY = 1 << 6,	/* policy-rc.d */
	SKIP_DAEMON = 1 << 7,	/* start-stop-daemon that does nothing */
	SKIP_TAR_NODES = 1 << 8,	/* device nodes from tar-in */
	SKIP_CLEAN_LISTS = 1 << 9,	/* of apt */
	SKIP_CLEAN_CACHE = 1 << 10,
	SKIP_CLEAN_APT = SKIP_CLEAN_LISTS | SKIP_CLEAN_CACHE,
	SKIP_CLEAN_TRACES = 1 << 11,	/* logs and the like */
	SKIP_CLEAN_ID = 1 << 12,	/* machine-id */
	SKIP_CLEAN_RUN = 1 << 13,
	SKIP_CLEAN_TMP = 1 << 14,
	SKIP_CLEAN = SKIP_CLEAN_APT | SKIP_CLEAN_TRACES | SKIP_CLEAN_ID |
	    SKIP_CLEAN_RUN | SKIP_CLEAN_TMP,
	SKIP_OUTPUT_DEV = 1 << 15,	/* what is in /dev */
	SKIP_OUTPUT_NODES = 1 << 16,	/* the device nodes of that */
	/* What changes a root before it is put anywhere. */
	SKIP_OF_BASE = SKIP_MOUNTS | SKIP_POLICY | SKIP_DAEMON |
	    SKIP_TAR_NODES | SKIP_CLEAN,
};

/* Adds what the values name to the set. */
int skip_parse(const struct strings *values, unsigned *skip,
    struct error *err);

#endif
