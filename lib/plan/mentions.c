#include "plan/mentions.h"

#include <stdlib.h>

#include "base/memory.h"

struct mentions {
	const struct package_set *set;
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
	if (mentions)
		free(mentions->ranks);
	free(mentions);
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
		const struct package_name *name =
		    package_set_name_of(mentions->set, text,
		    architecture);

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

bool
mentions_has_first(struct mentions *mentions, const struct package_name *a,
    const struct package_name *b)
{
	const unsigned *ranks = mentions->ranks;

	while (!ranks[a->number] && !ranks[b->number] &&
	    mentions->read < package_set_count(mentions->set))
		read_package(mentions,
		    package_set_at(mentions->set, mentions->read++));
	if (ranks[a->number] && ranks[b->number])
		return ranks[a->number] < ranks[b->number];
	return ranks[a->number] != 0;
}
