#include "base/blocks.h"

#include <stdlib.h>

#include "base/memory.h"

enum { BLOCK = 1024 };

void *
blocks_add(struct blocks *blocks, size_t size)
{
	if (blocks->used == BLOCK || !blocks->all.count) {
		*vector_push(&blocks->all) = memory_zeroed(BLOCK, size);
		blocks->used = 0;
	}
	blocks->used++;
	return blocks_at(blocks, blocks_count(blocks) - 1, size);
}

void *
blocks_at(const struct blocks *blocks, size_t i, size_t size)
{
	return (char *)blocks->all.items[i / BLOCK] + i % BLOCK * size;
}

size_t
blocks_count(const struct blocks *blocks)
{
	return blocks->all.count ?
	    (blocks->all.count - 1) * BLOCK + blocks->used : 0;
}

void
blocks_release(struct blocks *blocks)
{
	vector_each(block, &blocks->all)
		free(*block);
	vector_release(&blocks->all);
}
