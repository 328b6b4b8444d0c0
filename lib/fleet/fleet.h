/*
 * fleet: many guests made at once, each in a process of its own. What they
 * share is made first, once; then so many at a time as there are processors.
 * What happens to one is no matter of the others. A fleet that was interrupted,
 * or killed, goes on where it was when it is made again: a guest is there as a
 * whole or not at all.
 *
 *	fleet_plan_make	(fleet_plan.h)
 *	fleet_choose	(fleet_choice.h)
 *	fleet_look	what a guest's run would write (--dry-run)
 *	fleet_run
 */
#ifndef FLEET_FLEET_H
#define FLEET_FLEET_H

#include "fleet/fleet_base.h"
#include "fleet/fleet_plan.h"
#include "fleet/fleet_watch.h"

struct fleet {
	struct fleet_plan *plan;
	struct fleet_watch *watch;
	struct events *events;	/* of what is no single guest's */
	uint64_t jobs;	/* guests at a time; 0: as many as processors */
	char *log_directory;	/* NULL: logs in the state directory */
	struct fleet_bases bases;
	bool knows_bases;
};

#define auto_fleet __attribute__((cleanup(fleet_release)))

/* How many members are in a state, of those that were chosen. */
size_t fleet_count(const struct fleet_plan *plan, enum fleet_state state);

/* Of a member that is to be made, of a plan with dry_run; in its run, then,
 * there is what it would do. */
int fleet_look(struct fleet *fleet, struct fleet_member *member,
    struct error *err);
/* -1 only if nothing could begin; what became of each guest is in its state and
 * result. */
int fleet_run(struct fleet *fleet, struct error *err);
void fleet_release(struct fleet *fleet);

#endif
