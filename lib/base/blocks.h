/*
 * blocks: items of one size, allocated many at once, that never move.
 */
#ifndef BASE_BLOCKS_H
#define BASE_BLOCKS_H

#include <stddef.h>

#include "base/vector.h"

struct blocks {
	VECTOR(void *) all;
	size_t used;	/* items of the last block */
};

/* A new, zeroed item; `size` is the same in every call. */
void *blocks_add(struct blocks *blocks, size_t size);
void *blocks_at(const struct blocks *blocks, size_t i, size_t size);
size_t blocks_count(const struct blocks *blocks);
void blocks_release(struct blocks *blocks);

#endif
