/*
 * decompress: a whole file in memory: gz, xz, zst, bz2, lzma, or plain.
 */
#ifndef REPO_DECOMPRESS_H
#define REPO_DECOMPRESS_H

#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"

/*
 * Appends what is in the file, from its start: at most 1 GiB. `size`: how much
 * that should be, 0 if it is not known; another size is no error.
 */
int decompress(int fd, uint64_t size, struct buffer *text, struct error *err);

#endif
