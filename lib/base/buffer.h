/*
 * buffer: text or bytes that grow. data is always followed by a NUL that is
 * not counted in length; it is NULL while nothing was ever added.
 */
#ifndef BASE_BUFFER_H
#define BASE_BUFFER_H

#include <stddef.h>

#include "base/text.h"

struct buffer {
	char *data;
	size_t length;
	size_t capacity;
};

#define auto_buffer __attribute__((cleanup(buffer_release)))

void buffer_add(struct buffer *buffer, const void *data, size_t length);
void buffer_text(struct buffer *buffer, const char *text);
void buffer_view(struct buffer *buffer, struct view view);
void buffer_printf(struct buffer *buffer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Room for `length` more bytes, not counted yet; buffer->length += n after. */
void *buffer_reserve(struct buffer *buffer, size_t length);
char *buffer_steal(struct buffer *buffer);	/* never NULL; freed by caller */
void buffer_clear(struct buffer *buffer);
void buffer_release(struct buffer *buffer);

#endif
