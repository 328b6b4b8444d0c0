/*
 * tap: what a unit test prints for prove(1).
 *
 *	int
 *	main(void)
 *	{
 *		is_number(size, 4096, "a size of 4K");
 *		return done();
 *	}
 */
#ifndef TAP_H
#define TAP_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static unsigned tap_count, tap_failures;

__attribute__((format(printf, 2, 0))) static inline bool
tap_result(bool passed, const char *format, va_list arguments)
{
	printf("%sok %u - ", passed ? "" : "not ", ++tap_count);
	vprintf(format, arguments);
	putchar('\n');
	fflush(stdout);
	tap_failures += !passed;
	return passed;
}

__attribute__((format(printf, 2, 3))) static inline bool
ok(bool passed, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	tap_result(passed, format, arguments);
	va_end(arguments);
	return passed;
}

/* Either may be NULL. */
__attribute__((format(printf, 3, 4))) static inline bool
is_text(const char *got, const char *expected, const char *format, ...)
{
	bool same = got && expected ? !strcmp(got, expected) : got == expected;
	va_list arguments;

	va_start(arguments, format);
	tap_result(same, format, arguments);
	va_end(arguments);
	if (!same)
		printf("#      got: %s\n# expected: %s\n", got ? got : "(none)",
		    expected ? expected : "(none)");
	return same;
}

__attribute__((format(printf, 3, 4))) static inline bool
is_number(long long got, long long expected, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	tap_result(got == expected, format, arguments);
	va_end(arguments);
	if (got != expected)
		printf("# got %lld, expected %lld\n", got, expected);
	return got == expected;
}

static inline int
done(void)
{
	printf("1..%u\n", tap_count);
	return tap_failures || fflush(stdout) ? 1 : 0;
}

#endif
