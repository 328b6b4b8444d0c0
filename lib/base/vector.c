#include "base/vector.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

void *
vector_grow(void **items, size_t *count, size_t *capacity, size_t size)
{
	char *item;

	if (*count == *capacity) {
		*capacity = *capacity ? *capacity * 2 : 8;
		*items = memory_resize(*items, *capacity, size);
	}
	item = (char *)*items + (*count)++ * size;
	memset(item, 0, size);
	return item;
}

void
vector_sort_items(void *items, size_t count, size_t size,
    int (*compare)(const void *, const void *))
{
	if (count > 1)
		qsort(items, count, size, compare);
}

void
vector_free(void **items, size_t *count, size_t *capacity)
{
	free(*items);
	*items = NULL;
	*count = *capacity = 0;
}

void
strings_add(struct strings *strings, const char *text)
{
	*vector_push(strings) = memory_string(text);
}

void
strings_printf(struct strings *strings, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	*vector_push(strings) = memory_vprintf(format, arguments);
	va_end(arguments);
}

void
strings_split(struct strings *strings, const char *text,
    const char *separators)
{
	while (*(text += strspn(text, separators))) {
		size_t length = strcspn(text, separators);

		*vector_push(strings) = memory_copy(text, length);
		text += length;
	}
}

int
strings_has(const struct strings *strings, const char *text)
{
	vector_each(item, strings)
		if (strcmp(*item, text) == 0)
			return 1;
	return 0;
}

static int
strings_compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void
strings_sort(struct strings *strings)
{
	vector_sort(strings, strings_compare);
}

void
strings_release(struct strings *strings)
{
	vector_each(item, strings)
		free(*item);
	vector_release(strings);
}
