#include "base/memory.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void *
memory_or_exit(void *memory)
{
	static const char text[] = "mkguest: error: out of memory\n";

	if (memory)
		return memory;
	if (write(STDERR_FILENO, text, sizeof(text) - 1) < 0)
		_exit(1);
	_exit(1);
}

void *
memory_zeroed(size_t count, size_t size)
{
	return memory_or_exit(calloc(count ? count : 1, size ? size : 1));
}

void *
memory_resize(void *old, size_t count, size_t size)
{
	return memory_or_exit(reallocarray(old, count ? count : 1, size));
}

void *
memory_copy(const void *data, size_t length)
{
	void *copy = memory_zeroed(length + 1, 1);

	if (length)
		memcpy(copy, data, length);
	return copy;
}

char *
memory_string(const char *text)
{
	return text ? memory_copy(text, strlen(text)) : NULL;
}

char *
memory_vprintf(const char *format, va_list arguments)
{
	char *text;

	if (vasprintf(&text, format, arguments) < 0)
		memory_or_exit(NULL);
	return text;
}

char *
memory_printf(const char *format, ...)
{
	va_list arguments;
	char *text;

	va_start(arguments, format);
	text = memory_vprintf(format, arguments);
	va_end(arguments);
	return text;
}

void
memory_free_secret(char *secret)
{
	if (secret)
		explicit_bzero(secret, strlen(secret));
	free(secret);
}
