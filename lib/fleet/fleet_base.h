/*
 * fleet_base: the bases that the guests of a fleet share (run_base.h), one for
 * all guests of a kind.
 *
 *	fleet_bases_find	which there are; each member that is to be made
 *				knows its own then
 *	fleet_base_plan		asks the archive for the packages
 *	fleet_base_make		makes it
 */
#ifndef FLEET_FLEET_BASE_H
#define FLEET_FLEET_BASE_H

#include "fleet/fleet_plan.h"

struct fleet_base {
	char *key;	/* as run_base_key has it */
	struct run_base base;
	struct fleet_member *first;	/* by whose description it is made */
	size_t count;	/* of the guests */
	char *error;	/* why it cannot be had; NULL: it can */
};

struct fleet_bases {
	struct fleet_base **items;
	size_t count;
	size_t capacity;
};

#define auto_fleet_bases __attribute__((cleanup(fleet_bases_release)))

void fleet_bases_find(struct fleet_bases *bases,
    const struct fleet_plan *plan);
/* What fails is in base->error, too. */
int fleet_base_plan(struct fleet_base *base, struct error *err);
int fleet_base_make(struct fleet_base *base, struct error *err);
void fleet_bases_release(struct fleet_bases *bases);

#endif
