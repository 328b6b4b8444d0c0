/*
 * fleet_choice: which guests of a fleet are made.
 */
#ifndef FLEET_FLEET_CHOICE_H
#define FLEET_FLEET_CHOICE_H

#include "fleet/fleet_plan.h"

struct fleet_choice {
	struct strings only;	/* as fleet_guest_is has them; none: all */
	uint64_t limit;	/* of guests to make; 0: none */
	bool replaces;	/* those that are changed, too */
};

/* Marks the members. Wrong use if a word names nobody. */
int fleet_choose(struct fleet_plan *plan, const struct fleet_choice *choice,
    struct error *err);

#endif
