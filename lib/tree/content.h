/*
 * content: what a regular file of a tree holds, read once from start to end,
 * from its descriptor or from wherever else the entry has it.
 */
#ifndef TREE_CONTENT_H
#define TREE_CONTENT_H

#include "tree/entry.h"

enum { CONTENT_BLOCK = 1 << 20 };	/* a multiple of every block size */

/* The next part, in `block` (CONTENT_BLOCK bytes) or the source's own memory;
 * empty at the end. */
int content_next(const struct tree_entry *entry, void *block,
    struct view *part, struct error *err);
/* Fills the block; *length is less than CONTENT_BLOCK only at the end. */
int content_fill(const struct tree_entry *entry, void *block, size_t *length,
    struct error *err);

#endif
