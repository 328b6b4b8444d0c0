#include "base/buffer.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

void *
buffer_reserve(struct buffer *buffer, size_t length)
{
	size_t needed = buffer->length + length + 1;

	if (needed > buffer->capacity) {
		while (buffer->capacity < needed)
			buffer->capacity =
			    buffer->capacity ? buffer->capacity * 2 : 256;
		buffer->data =
		    memory_resize(buffer->data, buffer->capacity, 1);
	}
	return buffer->data + buffer->length;
}

void
buffer_add(struct buffer *buffer, const void *data, size_t length)
{
	char *end = buffer_reserve(buffer, length);

	if (length)
		memcpy(end, data, length);
	end[length] = '\0';
	buffer->length += length;
}

void
buffer_text(struct buffer *buffer, const char *text)
{
	buffer_add(buffer, text, strlen(text));
}

void
buffer_view(struct buffer *buffer, struct view view)
{
	buffer_add(buffer, view.data, view.length);
}

void
buffer_printf(struct buffer *buffer, const char *format, ...)
{
	va_list arguments;
	char *text;

	va_start(arguments, format);
	text = memory_vprintf(format, arguments);
	va_end(arguments);
	buffer_text(buffer, text);
	free(text);
}

char *
buffer_steal(struct buffer *buffer)
{
	char *data = buffer->data ? buffer->data : memory_copy("", 0);

	*buffer = (struct buffer){0};
	return data;
}

void
buffer_clear(struct buffer *buffer)
{
	buffer->length = 0;
	if (buffer->data)
		buffer->data[0] = '\0';
}

void
buffer_release(struct buffer *buffer)
{
	free(buffer->data);
	*buffer = (struct buffer){0};
}
