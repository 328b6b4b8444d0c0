/*
 * data_tar: a .deb's data.tar while it is unpacked, one entry after another.
 *
 *	data_tar_begin → data_tar_next (→ data_tar_fill) …
 */
#ifndef INSTALL_DATA_TAR_H
#define INSTALL_DATA_TAR_H

#include "install/unpacked.h"

struct data_tar {
	struct archive *archive;	/* the caller's */
	struct archive_entry *entry;	/* the one that was read last */
	struct unpacked *package;
	uint64_t most;	/* bytes that may still come */
};

/* The archive stands before its first entry; the package's control is read. */
void data_tar_begin(struct data_tar *tar, struct archive *archive,
    struct unpacked *package);
/* The next entry becomes the package's next path. 1, 0 at the end, or -1. */
int data_tar_next(struct data_tar *tar, struct unpacked_path **path,
    struct error *err);
/* Writes the entry's data into a new file; then its owner, mode and time, and
 * its digest if dpkg's database needs that. */
int data_tar_fill(const struct data_tar *tar, struct unpacked_path *path,
    int fd, struct error *err);

#endif
