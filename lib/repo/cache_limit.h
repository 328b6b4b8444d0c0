/*
 * cache_limit: keeps the cache below a size: what was not used for the longest
 * time goes first. Everything that may be kept between runs lies on a shelf, a
 * directory of the cache that the table in cache_limit.c lists:
 *
 *	by-sha256/HH/HASH	indices and .debs (cache.h)
 *	releases/KEY		as distribution.h fetched them
 *	plans/KEY		solutions (cache_text.h)
 *	bases/KEY.*		finished bases
 *
 * The files of one name before the last dot are one entry: they count and go
 * together, in the order of their names, under an exclusive flock of the
 * shelf's directory. The latest mtime of them is the entry's last use. A file
 * that another run has open stays readable there.
 */
#ifndef REPO_CACHE_LIMIT_H
#define REPO_CACHE_LIMIT_H

#include <stdint.h>

#include "base/error.h"

struct cache_use {
	uint64_t kept;	/* bytes on disk */
	uint64_t removed;
};

/* `use` may be NULL. What another run removes at the same time is no error. */
int cache_limit(int cache, uint64_t limit, struct cache_use *use,
    struct error *err);

#endif
