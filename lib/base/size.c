#include "base/size.h"

#include <ctype.h>
#include <string.h>

#include "base/memory.h"

enum { MEBIBYTE = 1 << 20 };

static const char size_units[] = "KMGT";

int
number_parse(struct view text, uint64_t *number, struct error *err)
{
	uint64_t value = 0;

	for (size_t i = 0; i < text.length; i++) {
		char c = text.data[i];

		if (c < '0' || c > '9' ||
		    __builtin_mul_overflow(value, 10u, &value) ||
		    __builtin_add_overflow(value, (uint64_t)(c - '0'), &value))
			return error_usage(err, "'" VIEW_FORMAT
			    "' is not a number", VIEW_ARGUMENTS(text));
	}
	if (!text.length)
		return error_usage(err, "a number is missing");
	*number = value;
	return 0;
}

static unsigned
size_unit_shift(struct view *text)
{
	struct view rest = *text;
	const char *unit;

	if (rest.length > 1 && view_ends(rest, "iB"))
		rest.length -= 2;
	else if (rest.length > 1 && view_ends(rest, "B"))
		rest.length--;
	if (!rest.length)
		return 0;
	unit = strchr(size_units, toupper(rest.data[rest.length - 1]));
	if (!unit || !*unit)
		return 0;
	rest.length--;
	*text = rest;
	return 10 * (unsigned)(unit - size_units + 1);
}

int
size_parse(struct view text, uint64_t *size, struct error *err)
{
	struct view digits = text;
	unsigned shift = size_unit_shift(&digits);
	uint64_t value;

	if (number_parse(digits, &value, err) < 0 ||
	    value > UINT64_MAX >> shift)
		return error_usage(err, "'" VIEW_FORMAT
		    "' is not a size; write it as 512M or 4G",
		    VIEW_ARGUMENTS(text));
	*size = value << shift;
	return 0;
}

int
mebibytes_parse(struct view text, uint64_t *mebibytes, struct error *err)
{
	auto_error struct error with_unit = {0};
	uint64_t size;

	if (number_parse(text, mebibytes, &with_unit) == 0)
		return 0;
	if (size_parse(text, &size, err) < 0)
		return -1;
	if (size % MEBIBYTE)
		return error_usage(err, "'" VIEW_FORMAT "' is no whole number "
		    "of MiB", VIEW_ARGUMENTS(text));
	*mebibytes = size / MEBIBYTE;
	return 0;
}

char *
size_text(uint64_t size)
{
	double value = (double)size;
	int unit = -1;

	while (value >= 1024 && unit < 3) {
		value /= 1024;
		unit++;
	}
	if (unit < 0)
		return memory_printf("%.0f bytes", value);
	return memory_printf(value < 10 ? "%.1f %ciB" : "%.0f %ciB", value,
	    size_units[unit]);
}

char *
size_exact(uint64_t size)
{
	int unit = -1;

	while (size && size % 1024 == 0 && unit < 3) {
		size /= 1024;
		unit++;
	}
	return unit < 0 ? memory_printf("%llu", (unsigned long long)size)
	    : memory_printf("%llu%c", (unsigned long long)size,
	    size_units[unit]);
}
