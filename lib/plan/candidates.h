/*
 * candidates: the packages that could meet a dependency, in the order in which
 * apt tries them: alternatives as written, and each one's providers by rank.
 */
#ifndef PLAN_CANDIDATES_H
#define PLAN_CANDIDATES_H

#include "plan/closure.h"

struct candidates {
	const struct package **items;	/* vector_release frees them */
	size_t count;
	size_t capacity;
};

/* All that the one dependency means. */
void candidates_add(const struct closure *closure,
    const struct dependency *dependency, struct candidates *candidates);
/* All that could meet the group and are not ruled out. */
void candidates_find(const struct closure *closure,
    const struct dependency *group, struct candidates *candidates);

#endif
