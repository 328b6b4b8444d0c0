/*
 * fleet_plan: what a fleet file asks for, and what of it this host has already.
 * All that is wrong is told before anything is made, a line for each:
 *
 *	fleet_plan_make
 *		the file is read; its guests get addresses out of their pools,
 *		are completed and get their ids; names, addresses, disks and
 *		domain files that two guests would have are found, within the
 *		fleet and with what the host has
 *	fleet_plan_choose
 *		which of them are to be made
 */
#ifndef MAKE_FLEET_PLAN_H
#define MAKE_FLEET_PLAN_H

#include "guest/fleet_file.h"
#include "make/fleet_result.h"
#include "make/presence.h"
#include "make/run.h"

enum fleet_state {
	FLEET_MISSING,
	FLEET_CHANGED,	/* it is there, but is not as described */
	FLEET_THERE,
	FLEET_MADE,	/* this and what follows comes of fleet_run */
	FLEET_FAILED,
	FLEET_INTERRUPTED,
};

struct fleet_member {
	struct fleet_guest *described;
	const char *name;
	struct run run;	/* described, not planned */
	struct presence presence;
	enum fleet_state state;
	char *drift;	/* in which way it is changed; or NULL */
	bool is_sound;	/* nothing is wrong with its description */
	bool is_chosen;
	bool is_to_make;
	struct fleet_base *base;	/* fleet_base.h; NULL: one of its own */
	struct fleet_result result;
};

struct fleet_plan {
	struct fleet_file file;
	struct suite_table *suites;
	struct claims claims;	/* the host's, and the fleet's own */
	VECTOR(struct fleet_member *) members;	/* as in the file */
	int lock;	/* on all fleets of this state; -1: none */
};

/* What is done with it. */
struct fleet_choice {
	struct strings only;	/* as fleet_guest_is has them; none: all */
	uint64_t limit;	/* of guests to make; 0: none */
	bool replaces;	/* those that are changed, too */
};

#define FLEET_PLAN_NONE (struct fleet_plan){.lock = -1}
#define auto_fleet_plan __attribute__((cleanup(fleet_plan_release)))

/* `run` has what is the same for all: events, trust, dry_run. With dry_run no
 * lock is taken. */
int fleet_plan_make(struct fleet_plan *plan, const char *path,
    const struct run *run, struct error *err);
int fleet_plan_choose(struct fleet_plan *plan,
    const struct fleet_choice *choice, struct error *err);
/* "missing", "made" … */
const char *fleet_state_word(enum fleet_state state);
void fleet_plan_release(struct fleet_plan *plan);

#endif
