#include "base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

static int
error_fill(struct error *err, enum error_kind kind, const char *format,
    va_list arguments)
{
	free(err->text);
	err->text = memory_vprintf(format, arguments);
	err->kind = kind;
	err->number = 0;
	return -1;
}

int
error_set(struct error *err, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	error_fill(err, ERROR_FAILED, format, arguments);
	va_end(arguments);
	return -1;
}

int
error_usage(struct error *err, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	error_fill(err, ERROR_USAGE, format, arguments);
	va_end(arguments);
	return -1;
}

int
error_errno(struct error *err, const char *format, ...)
{
	int number = errno;
	char *text;
	va_list arguments;

	va_start(arguments, format);
	error_fill(err, ERROR_FAILED, format, arguments);
	va_end(arguments);
	text = err->text;
	err->text = memory_printf("%s: %s", text, strerror(number));
	err->number = number;
	free(text);
	return -1;
}

int
error_interrupted(struct error *err)
{
	error_set(err, "interrupted");
	err->kind = ERROR_INTERRUPTED;
	return -1;
}

int
error_prefix(struct error *err, const char *format, ...)
{
	va_list arguments;
	char *front, *text = err->text;

	if (err->kind == ERROR_INTERRUPTED)
		return -1;
	va_start(arguments, format);
	front = memory_vprintf(format, arguments);
	va_end(arguments);
	err->text = memory_printf("%s: %s", front, text ? text : "failed");
	free(front);
	free(text);
	return -1;
}

int
error_suffix(struct error *err, const char *format, ...)
{
	va_list arguments;
	char *back, *text = err->text;

	va_start(arguments, format);
	back = memory_vprintf(format, arguments);
	va_end(arguments);
	err->text = memory_printf("%s%s", text ? text : "failed", back);
	free(back);
	free(text);
	return -1;
}

int
error_add(struct error *err, struct error *other)
{
	if (!err->text)
		return error_move(err, other);
	error_suffix(err, "\n%s", other->text ? other->text : "failed");
	error_release(other);
	return -1;
}

int
error_move(struct error *to, struct error *from)
{
	free(to->text);
	*to = *from;
	*from = (struct error){0};
	return -1;
}

void
error_release(struct error *err)
{
	free(err->text);
	*err = (struct error){0};
}
