/*
 * names: a list of package names, not its own.
 */
#ifndef PLAN_NAMES_H
#define PLAN_NAMES_H

#include "plan/package_set.h"

struct names {
	const struct package_name **items;
	size_t count;
	size_t capacity;
};

/* Into the order in which apt walks through all names. */
void names_sort_by_hash(struct names *names);

#endif
