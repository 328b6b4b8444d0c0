#include "plan/version.h"

#include <ctype.h>
#include <string.h>

struct version_parts {
	struct view epoch;
	struct view upstream;
	struct view revision;
};

static struct version_parts
version_split(struct view version)
{
	struct version_parts parts = {.upstream = version};
	const char *colon = memchr(version.data ? version.data : "", ':',
	    version.length);
	const char *hyphen;

	if (colon) {
		parts.epoch = (struct view){version.data,
		    (size_t)(colon - version.data)};
		parts.upstream.data = colon + 1;
		parts.upstream.length -= parts.epoch.length + 1;
	}
	hyphen = parts.upstream.length ? memrchr(parts.upstream.data, '-',
	    parts.upstream.length) : NULL;
	if (hyphen) {
		size_t length = (size_t)(hyphen - parts.upstream.data);

		parts.revision = (struct view){hyphen + 1,
		    parts.upstream.length - length - 1};
		parts.upstream.length = length;
	}
	return parts;
}

static bool
starts_digit(struct view text)
{
	return text.length && isdigit((unsigned char)text.data[0]);
}

static void
skip(struct view *text, size_t length)
{
	text->data += length;
	text->length -= length;
}

/* "~" sorts before the end, the end before letters, letters before the rest. */
static int
character_weight(struct view text)
{
	unsigned char c;

	if (!text.length || starts_digit(text))
		return 0;
	c = (unsigned char)text.data[0];
	if (c == '~')
		return -1;
	return isalpha(c) ? c : c + 256;
}

static int
compare_other(struct view *a, struct view *b)
{
	while ((a->length && !starts_digit(*a)) ||
	    (b->length && !starts_digit(*b))) {
		int order = character_weight(*a) - character_weight(*b);

		if (order)
			return order;
		skip(a, 1);
		skip(b, 1);
	}
	return 0;
}

static struct view
cut_number(struct view *text)
{
	struct view number;

	while (text->length && text->data[0] == '0')
		skip(text, 1);
	number = (struct view){text->data, 0};
	while (starts_digit(*text)) {
		number.length++;
		skip(text, 1);
	}
	return number;
}

static int
compare_number(struct view *a, struct view *b)
{
	struct view number_a = cut_number(a), number_b = cut_number(b);

	if (number_a.length != number_b.length)
		return number_a.length < number_b.length ? -1 : 1;
	return view_compare(number_a, number_b);
}

static int
compare_part(struct view a, struct view b)
{
	while (a.length || b.length) {
		int order = compare_other(&a, &b);

		if (!order)
			order = compare_number(&a, &b);
		if (order)
			return order;
	}
	return 0;
}

int
version_compare(struct view a, struct view b)
{
	struct version_parts parts_a, parts_b;
	int order;

	if (view_equal(a, b))
		return 0;
	parts_a = version_split(a);
	parts_b = version_split(b);
	order = compare_number(&parts_a.epoch, &parts_b.epoch);
	if (!order)
		order = compare_part(parts_a.upstream, parts_b.upstream);
	if (!order)
		order = compare_part(parts_a.revision, parts_b.revision);
	return order;
}

static bool
part_has_only(struct view part, const char *others)
{
	for (size_t i = 0; i < part.length; i++)
		if (!isalnum((unsigned char)part.data[i]) &&
		    (!part.data[i] || !strchr(others, part.data[i])))
			return false;
	return true;
}

bool
version_is_valid(struct view version)
{
	struct version_parts parts = version_split(version);
	struct view epoch = parts.epoch;

	cut_number(&epoch);
	return epoch.length == 0 && (!parts.epoch.data || parts.epoch.length) &&
	    (!parts.revision.data || parts.revision.length) &&
	    starts_digit(parts.upstream) &&
	    part_has_only(parts.upstream, ".+~-:") &&
	    part_has_only(parts.revision, ".+~");
}
