/*
 * vector: a growing array of any type.
 *
 *	VECTOR(struct entry) entries = {0};
 *	*vector_push(&entries) = (struct entry){…};
 *	vector_each(entry, &entries)
 *		use(entry->name);
 *	vector_release(&entries);
 *
 * vector_push returns the new, zeroed item; it is valid until the next push.
 */
#ifndef BASE_VECTOR_H
#define BASE_VECTOR_H

#include <stddef.h>

#define VECTOR(type) \
	struct { \
		type *items; \
		size_t count; \
		size_t capacity; \
	}

#define vector_push(vector) \
	((__typeof__((vector)->items))vector_grow((void **)&(vector)->items, \
	    &(vector)->count, &(vector)->capacity, sizeof(*(vector)->items)))

#define vector_each(item, vector) \
	for (__typeof__(&*(vector)->items) item = (vector)->items; \
	     item && item < (vector)->items + (vector)->count; item++)

#define vector_sort(vector, compare) \
	vector_sort_items((vector)->items, (vector)->count, \
	    sizeof(*(vector)->items), compare)

/* Frees the array, not what the items own. */
#define vector_release(vector) \
	vector_free((void **)&(vector)->items, &(vector)->count, \
	    &(vector)->capacity)

void *vector_grow(void **items, size_t *count, size_t *capacity, size_t size);
void vector_sort_items(void *items, size_t count, size_t size,
    int (*compare)(const void *, const void *));
void vector_free(void **items, size_t *count, size_t *capacity);

/* strings: a vector of strings that it owns. */
struct strings {
	char **items;
	size_t count;
	size_t capacity;
};

#define auto_strings __attribute__((cleanup(strings_release)))

void strings_add(struct strings *strings, const char *text);
void strings_printf(struct strings *strings, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Adds the non-empty parts of `text` between any of `separators`. */
void strings_split(struct strings *strings, const char *text,
    const char *separators);
int strings_has(const struct strings *strings, const char *text);
void strings_sort(struct strings *strings);	/* by byte value */
void strings_release(struct strings *strings);

#endif
