/*
 * roster: the packages of a plan while they are installed, one struct unpacked
 * each: in the plan's order, and round by round in the order to unpack.
 */
#ifndef INSTALL_ROSTER_H
#define INSTALL_ROSTER_H

#include "install/unpacked.h"
#include "plan/plan.h"

struct roster {
	const struct plan *plan;	/* must outlive it */
	struct unpacked **planned;	/* as in the plan */
	struct unpacked **in_unpack_order;	/* the same */
	size_t essential;	/* the first of both: those of round 0 */
};

/* has_plain_names: see struct unpacked. */
void roster_fill(struct roster *roster, const struct plan *plan,
    bool has_plain_names);
/* Closes the .debs as well. */
void roster_release(struct roster *roster);

#endif
