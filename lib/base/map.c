#include "base/map.h"

#include <stdlib.h>

#include "base/memory.h"

/* FNV-1a, http://www.isthe.com/chongo/tech/comp/fnv/ */
static uint32_t
map_hash(struct view key)
{
	uint32_t hash = 2166136261u;

	for (size_t i = 0; i < key.length; i++)
		hash = (hash ^ (unsigned char)key.data[i]) * 16777619u;
	return hash;
}

static uint32_t *
map_slot(const struct map *map, struct view key, uint32_t hash)
{
	size_t mask = map->slot_count - 1;
	size_t slot = hash & mask;

	while (map->slots[slot]) {
		struct map_entry *entry = &map->entries[map->slots[slot] - 1];

		if (entry->hash == hash && view_equal(entry->key, key))
			break;
		slot = (slot + 1) & mask;
	}
	return &map->slots[slot];
}

static void
map_grow(struct map *map)
{
	map->slot_count = map->slot_count ? map->slot_count * 2 : 64;
	free(map->slots);
	map->slots = memory_zeroed(map->slot_count, sizeof(*map->slots));
	for (size_t i = 0; i < map->count; i++) {
		struct map_entry *entry = &map->entries[i];

		*map_slot(map, entry->key, entry->hash) = (uint32_t)i + 1;
	}
}

void *
map_get(const struct map *map, struct view key)
{
	uint32_t slot;

	if (!map->slot_count)
		return NULL;
	slot = *map_slot(map, key, map_hash(key));
	return slot ? map->entries[slot - 1].value : NULL;
}

void **
map_put(struct map *map, struct view key)
{
	uint32_t hash = map_hash(key);
	uint32_t *slot;

	if (map->count * 2 >= map->slot_count)
		map_grow(map);
	slot = map_slot(map, key, hash);
	if (!*slot) {
		if (map->count == map->capacity) {
			map->capacity = map->capacity ? map->capacity * 2 : 64;
			map->entries = memory_resize(map->entries,
			    map->capacity, sizeof(*map->entries));
		}
		map->entries[map->count] =
		    (struct map_entry){.key = key, .hash = hash};
		*slot = (uint32_t)++map->count;
	}
	return &map->entries[*slot - 1].value;
}

void
map_release(struct map *map)
{
	free(map->entries);
	free(map->slots);
	*map = (struct map){0};
}
