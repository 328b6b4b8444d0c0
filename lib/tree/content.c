#include "tree/content.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/interrupt.h"

static int
read_some(int fd, char *block, size_t size, size_t *length,
    struct error *err)
{
	ssize_t got;

	do
		if (interrupt_check(err) < 0)
			return -1;
	while ((got = read(fd, block, size)) < 0 && errno == EINTR);
	if (got < 0)
		return error_errno(err, "read");
	*length = (size_t)got;
	return 0;
}

static int
source_next(struct tree_content *content, struct view *part,
    struct error *err)
{
	*part = content->rest;
	content->rest = (struct view){NULL, 0};
	if (part->length)
		return 0;
	if (interrupt_check(err) < 0)
		return -1;
	return content->next(content, part, err);
}

int
content_next(const struct tree_entry *entry, void *block, struct view *part,
    struct error *err)
{
	if (entry->content)
		return source_next(entry->content, part, err);
	part->data = block;
	return read_some(entry->fd, block, CONTENT_BLOCK, &part->length, err);
}

/* Not more than `size`; the rest waits for the next call. */
static int
source_take(struct tree_content *content, char *block, size_t size,
    size_t *length, struct error *err)
{
	struct view part;

	if (source_next(content, &part, err) < 0)
		return -1;
	*length = part.length < size ? part.length : size;
	if (*length)
		memcpy(block, part.data, *length);
	content->rest = (struct view){part.data + *length,
		part.length - *length};
	return 0;
}

int
content_fill(const struct tree_entry *entry, void *block, size_t *length,
    struct error *err)
{
	size_t some = 1;

	*length = 0;
	while (some && *length < CONTENT_BLOCK) {
		char *next = (char *)block + *length;
		size_t left = CONTENT_BLOCK - *length;

		if ((entry->content
		    ? source_take(entry->content, next, left, &some, err)
		    : read_some(entry->fd, next, left, &some, err)) < 0)
			return -1;
		*length += some;
	}
	return 0;
}
