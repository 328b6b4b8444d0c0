#include "plan/mentions.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum { FILTER_BITS = 19 };

struct mentions {
	const struct package_set *set;
	unsigned char *filter;	/* a bit for each name of a package that
				   provides something: others are never asked
				   for, and are most; NULL until needed */
	unsigned *ranks;	/* by the number of the name; 0: not met yet */
	unsigned last;
	size_t read;	/* packages so far */
};

struct mentions *
mentions_new(const struct package_set *set)
{
	struct mentions *mentions = memory_new(struct mentions);

	mentions->set = set;
	mentions->ranks = memory_zeroed(package_set_name_count(set),
	    sizeof(*mentions->ranks));
	return mentions;
}

void
mentions_free(struct mentions *mentions)
{
	if (mentions) {
		free(mentions->filter);
		free(mentions->ranks);
	}
	free(mentions);
}

/* Of the ends of the text: enough to pass most names over. */
static uint32_t
filter_place(struct view text)
{
	uint64_t front = 0, back = 0;
	size_t length = text.length < sizeof(front) ? text.length
	    : sizeof(front);

	if (length == sizeof(front)) {
		memcpy(&front, text.data, sizeof(front));
		memcpy(&back, text.data + text.length - sizeof(back),
		    sizeof(back));
	} else {
		memcpy(&front, text.data, length);
	}
	front = (front ^ (back * 0x9e3779b97f4a7c15u) ^ text.length) *
	    0xff51afd7ed558ccdu;
	return (uint32_t)(front >> (64 - FILTER_BITS));
}

static void
make_filter(struct mentions *mentions)
{
	const struct package_set *set = mentions->set;

	mentions->filter = memory_zeroed((size_t)1 << FILTER_BITS >> 3, 1);
	for (size_t i = 0; i < package_set_count(set); i++) {
		const struct package *package = package_set_at(set, i);
		uint32_t place = filter_place(package->name);

		if (package->provided)
			mentions->filter[place >> 3] |=
			    (unsigned char)(1 << (place & 7));
	}
}

static bool
may_be_asked_for(const struct mentions *mentions, struct view text)
{
	uint32_t place = filter_place(text);

	return mentions->filter[place >> 3] >> (place & 7) & 1;
}

static bool
is_separator(char c)
{
	return c == ',' || c == '|';
}

static bool
ends_name(char c)
{
	return c <= ' ' || is_separator(c) || c == '(' || c == ':';
}

/* The next name in a field of relations. */
static bool
cut_name(struct view *rest, struct view *name)
{
	const char *c = rest->data, *end = c + rest->length;

	while (c < end && (*c <= ' ' || is_separator(*c)))
		c++;
	name->data = c;
	while (c < end && !ends_name(*c))
		c++;
	name->length = (size_t)(c - name->data);
	while (c < end && !is_separator(*c))
		c++;
	*rest = (struct view){c, (size_t)(end - c)};
	return name->length > 0;
}

static void
read_field(struct mentions *mentions, struct view field,
    struct view architecture)
{
	struct view text;

	while (field.data && cut_name(&field, &text)) {
		const struct package_name *name;

		if (!may_be_asked_for(mentions, text))
			continue;
		name = package_set_name_of(mentions->set, text, architecture);
		if (name->number && !mentions->ranks[name->number])
			mentions->ranks[name->number] = ++mentions->last;
	}
}

static void
read_package(struct mentions *mentions, const struct package *package)
{
	/* in the order in which apt reads them */
	const struct view fields[] = {
		package->name, package->pre_depends, package->depends,
		package->conflicts, package->breaks, package->recommends,
		package->suggests, package->replaces, package->enhances,
		package->provides,
	};

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		read_field(mentions, fields[i],
		    package->owner->architecture);
}

/* Until one of them is met. */
static void
read_until(struct mentions *mentions, const struct package_name *a,
    const struct package_name *b)
{
	const unsigned *ranks = mentions->ranks;

	if (!mentions->filter)
		make_filter(mentions);
	while (!ranks[a->number] && !ranks[b->number] &&
	    mentions->read < package_set_count(mentions->set))
		read_package(mentions,
		    package_set_at(mentions->set, mentions->read++));
}

bool
mentions_has(struct mentions *mentions, const struct package_name *name)
{
	read_until(mentions, name, name);
	return mentions->ranks[name->number] != 0;
}

bool
mentions_has_first(struct mentions *mentions, const struct package_name *a,
    const struct package_name *b)
{
	const unsigned *ranks = mentions->ranks;

	read_until(mentions, a, b);
	if (ranks[a->number] && ranks[b->number])
		return ranks[a->number] < ranks[b->number];
	return ranks[a->number] != 0;
}
