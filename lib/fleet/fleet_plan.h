/*
 * fleet_plan: what a fleet file asks for, and what of it this host has already.
 * All that is wrong is told before anything is made, a line for each:
 *
 *	fleet_plan_make
 *		the file is read; its guests get addresses out of their pools,
 *		are completed and get their ids; names, addresses, disks and
 *		domain files that two guests would have are found, within the
 *		fleet and with what the host has
 *	fleet_choose	(fleet_choice.h)
 *		which of them are to be made
 */
#ifndef FLEET_FLEET_PLAN_H
#define FLEET_FLEET_PLAN_H

#include "fleet/fleet_file.h"
#include "fleet/fleet_member.h"

struct fleet_plan {
	struct fleet_file file;
	struct suite_table *suites;
	struct claims claims;	/* the host's, and the fleet's own */
	VECTOR(struct fleet_member *) members;	/* as in the file */
	int lock;	/* on all fleets of this state; -1: none */
};

#define FLEET_PLAN_NONE (struct fleet_plan){.lock = -1}
#define auto_fleet_plan __attribute__((cleanup(fleet_plan_release)))

/* `run` has what is the same for all: events, trust, dry_run. With dry_run no
 * lock is taken. */
int fleet_plan_make(struct fleet_plan *plan, const char *path,
    const struct run *run, struct error *err);
void fleet_plan_release(struct fleet_plan *plan);

#endif
