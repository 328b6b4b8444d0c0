#include "install/roster.h"

#include <stdlib.h>

#include "base/cleanup.h"
#include "base/memory.h"

struct turn {
	unsigned place;
	size_t item;
};

static int
turn_compare(const void *a, const void *b)
{
	const struct turn *x = a, *y = b;

	if (x->place != y->place)
		return x->place < y->place ? -1 : 1;
	return x->item < y->item ? -1 : 1;
}

static void
roster_place(struct roster *roster, size_t item, size_t place)
{
	struct unpacked *package = roster->planned[item];

	package->place = place;
	package->instance = 1;
	for (size_t i = 0; i < place; i++)
		if (view_equal(roster->in_unpack_order[i]->name,
		    package->name))
			package->instance++;
	roster->in_unpack_order[place] = package;
}

static void
roster_order(struct roster *roster, size_t first, size_t count)
{
	const struct plan_item *items = roster->plan->items;
	VECTOR(struct turn) turns = {0};

	for (size_t i = first; i < first + count; i++)
		*vector_push(&turns) = (struct turn){items[i].unpack_place, i};
	vector_sort(&turns, turn_compare);
	for (size_t i = 0; i < count; i++)
		roster_place(roster, turns.items[i].item, first + i);
	vector_release(&turns);
}

static struct unpacked *
package_new(const struct package *planned, bool has_plain_name)
{
	struct unpacked *package = memory_new(struct unpacked);

	package->name = planned->name;
	package->version = planned->version;
	package->has_plain_name = has_plain_name;
	package->deb = -1;
	return package;
}

void
roster_fill(struct roster *roster, const struct plan *plan,
    bool has_plain_names)
{
	size_t count = plan->count;

	*roster = (struct roster){
		.plan = plan,
		.planned = memory_zeroed(count + 1, sizeof(*roster->planned)),
		.in_unpack_order =
		    memory_zeroed(count + 1, sizeof(*roster->planned)),
		.essential = plan_essential_count(plan),
	};
	for (size_t i = 0; i < count; i++)
		roster->planned[i] = package_new(plan->items[i].package,
		    has_plain_names);
	roster_order(roster, 0, roster->essential);
	roster_order(roster, roster->essential, count - roster->essential);
}

void
roster_release(struct roster *roster)
{
	for (size_t i = 0; i < roster->plan->count; i++) {
		unpacked_release(roster->planned[i]);
		cleanup_close(&roster->planned[i]->deb);
		free(roster->planned[i]);
	}
	free(roster->planned);
	free(roster->in_unpack_order);
}
