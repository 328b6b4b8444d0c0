/*
 * compress: the compressions that a tar may have, and a stream of one of them
 * into a descriptor. What comes out depends on what goes in alone: not on the
 * time, and not on how many threads help.
 */
#ifndef TREE_COMPRESS_H
#define TREE_COMPRESS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

struct compression;

/* By the end of a file's name (".gz", ".tgz"); NULL if it is none of them. */
const struct compression *compression_of_name(const char *name);
/* Can this machine's libarchive do it by itself? */
int compression_check(const struct compression *compression,
    struct error *err);

struct compress;

/* fd stays the caller's. 0 threads: one for each processor. */
struct compress *compress_new(int fd, const struct compression *compression,
    unsigned threads, struct error *err);
int compress_write(struct compress *compress, const void *data, size_t length,
    struct error *err);
int compress_finish(struct compress *compress, struct error *err);
/* After its finish, or instead of it when something failed. */
void compress_free(struct compress *compress);

#endif
