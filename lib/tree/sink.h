/*
 * sink: where a tree can go. Each is freed with sink->free(sink) after its
 * finish, or instead of it when something failed.
 */
#ifndef TREE_SINK_H
#define TREE_SINK_H

#include "tree/compress.h"
#include "tree/entry.h"

/* A pax tar on fd (numeric ids, xattrs as SCHILY.xattr, no atime or ctime). */
struct tree_sink *sink_tar_new(int fd, struct error *err);
/* The same bytes, compressed (compression NULL: not). */
struct tree_sink *sink_tar_new_compressed(int fd,
    const struct compression *compression, unsigned threads,
    struct error *err);

/* Symlinks with long targets in GNU tar's own form: sqfstar (4.5.1) takes a
 * leading "/" or "../" off those that are in pax records. */
struct tree_sink *sink_tar_new_gnu_links(int fd, struct error *err);

/*
 * An ext2/3/4 filesystem that mke2fs has made on fd; filled by libext2fs in
 * this process. fd must be open for reading and writing and stays the
 * caller's; syncing it is the caller's too.
 */
struct tree_sink *sink_ext_new(int fd, struct error *err);

/*
 * Files below `root`, an empty directory (lost+found is fine) that stays the
 * caller's. Owners are set as they are, so this is for root, or for inside a
 * user namespace; device nodes that may not be made there are left out.
 * Directories get their times at finish. Nothing is synced.
 */
struct tree_sink *sink_directory_new(int root);

#endif
