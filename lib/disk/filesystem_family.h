/*
 * filesystem_family: types that one program makes. Each has a file of its own;
 * filesystem.c has the table of all.
 */
#ifndef DISK_FILESYSTEM_FAMILY_H
#define DISK_FILESYSTEM_FAMILY_H

#include "disk/filesystem.h"

struct filesystem_family {
	const char *program;
	const char *package;	/* of Debian, that brings it */
	size_t label_max;	/* bytes */
	uint64_t smallest;	/* bytes */
	bool is_ext;	/* and takes the options that only ext has */
	/* What only this family can say; or NULL. */
	int (*check)(const struct filesystem *filesystem, struct error *err);
	uint64_t (*size_for)(const struct filesystem *filesystem,
	    uint64_t bytes);
	/* In an empty file, which may stand for a device. */
	int (*make)(const struct filesystem *filesystem, int fd,
	    struct events *events, struct error *err);
	/* What was made there, onto the device; NULL: transfer_whole. */
	int (*transfer)(const struct filesystem *filesystem, int memory,
	    int device, struct error *err);
	/* One of three ways to fill it; without any it holds no files. By us: */
	int (*fill)(const struct filesystem *filesystem, int fd,
	    const struct tree_walk *walk, struct error *err);
	/* … by the kernel, by this name, where that is possible; */
	const char *mounted_as;
	/* … or made anew with all that is in it, like make. */
	int (*make_filled)(const struct filesystem *filesystem, int fd,
	    const struct tree_walk *walk, struct events *events,
	    struct error *err);
};

extern const struct filesystem_family filesystem_ext, filesystem_swap,
    filesystem_xfs, filesystem_btrfs;

#endif
