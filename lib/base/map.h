/*
 * map: from a name to a pointer. Keys are views that must live as long as the
 * map; values are not owned. Order of insertion is kept and can be walked.
 */
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

struct map_entry {
	struct view key;
	uint32_t hash;
	void *value;
};

struct map {
	struct map_entry *entries;	/* `count`, in order of insertion */
	size_t count;
	size_t capacity;
	uint32_t *slots;	/* index into entries + 1, 0 for none */
	size_t slot_count;	/* a power of two */
};

void *map_get(const struct map *map, struct view key);	/* NULL if absent */
/* The value's place, made (NULL) when absent; valid until the next call. */
void **map_put(struct map *map, struct view key);
void map_release(struct map *map);

#endif
