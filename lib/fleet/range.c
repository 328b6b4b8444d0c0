#include "fleet/range.h"

#include <stdbool.h>
#include <string.h>

enum { COUNT_MAX = 100000, DIGITS_MAX = 9 };

struct range {
	struct view before;	/* the text as far as it goes */
	struct view whole;	/* brackets and all; absent: there is none */
	struct view first, last;
	bool is_plain;	/* a backslash stands before it */
};

static struct view
digits_cut(struct view *rest)
{
	struct view digits = {rest->data, 0};

	while (digits.length < rest->length &&
	    digits.data[digits.length] >= '0' &&
	    digits.data[digits.length] <= '9')
		digits.length++;
	rest->data += digits.length;
	rest->length -= digits.length;
	return digits;
}

static bool
character_cut(struct view *rest, char character)
{
	if (!rest->length || *rest->data != character)
		return false;
	rest->data++;
	rest->length--;
	return true;
}

/* What begins here, and what follows it. */
static bool
range_here(struct view *rest, struct range *range)
{
	struct view after = *rest;

	if (!character_cut(&after, '['))
		return false;
	range->first = digits_cut(&after);
	if (!range->first.length || !character_cut(&after, '-'))
		return false;
	range->last = digits_cut(&after);
	if (!range->last.length || !character_cut(&after, ']'))
		return false;
	range->whole = (struct view){rest->data,
	    (size_t)(after.data - rest->data)};
	*rest = after;
	return true;
}

/* The next one; the text before it is given in any case. */
static bool
range_next(struct view *rest, struct range *range)
{
	const char *start = rest->data;

	*range = (struct range){0};
	while (rest->length) {
		range->before = (struct view){start,
		    (size_t)(rest->data - start)};
		if (range_here(rest, range)) {
			range->is_plain = view_ends(range->before, "\\");
			range->before.length -= range->is_plain;
			return true;
		}
		rest->data++;
		rest->length--;
	}
	range->before = (struct view){start, (size_t)(rest->data - start)};
	return false;
}

static size_t
digits_number(struct view digits)
{
	size_t number = 0;

	for (size_t i = 0; i < digits.length; i++)
		number = number * 10 + (size_t)(digits.data[i] - '0');
	return number;
}

static int
range_check(const struct range *range, size_t *count, struct error *err)
{
	size_t first, last;

	if (range->first.length > DIGITS_MAX ||
	    range->last.length > DIGITS_MAX)
		return error_usage(err, "the numbers of '" VIEW_FORMAT "' have "
		    "more than %d digits", VIEW_ARGUMENTS(range->whole),
		    DIGITS_MAX);
	first = digits_number(range->first);
	last = digits_number(range->last);
	if (last < first)
		return error_usage(err, "'" VIEW_FORMAT "' descends; write the "
		    "smaller number first", VIEW_ARGUMENTS(range->whole));
	*count = last - first + 1;
	if (*count > COUNT_MAX)
		return error_usage(err, "'" VIEW_FORMAT "' is longer than %d",
		    VIEW_ARGUMENTS(range->whole), COUNT_MAX);
	return 0;
}

int
range_count(struct view text, size_t *count, struct error *err)
{
	struct range range;

	*count = 0;
	while (range_next(&text, &range)) {
		size_t own = 0;

		if (range.is_plain)
			continue;
		if (range_check(&range, &own, err) < 0)
			return -1;
		if (*count && own != *count)
			return error_usage(err, "'" VIEW_FORMAT "' stands for "
			    "%zu, but the range before it for %zu",
			    VIEW_ARGUMENTS(range.whole), own, *count);
		*count = own;
	}
	return 0;
}

void
range_text(struct view text, size_t index, struct buffer *expanded)
{
	struct range range;

	while (range_next(&text, &range)) {
		buffer_view(expanded, range.before);
		if (range.is_plain)
			buffer_view(expanded, range.whole);
		else
			buffer_printf(expanded, "%0*zu",
			    (int)range.first.length,
			    digits_number(range.first) + index);
	}
	buffer_view(expanded, range.before);
}
