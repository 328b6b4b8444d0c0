/*
 * fleet_member: a guest of a fleet, from its description to what became of it.
 */
#ifndef FLEET_FLEET_MEMBER_H
#define FLEET_FLEET_MEMBER_H

#include "fleet/fleet_file.h"
#include "fleet/fleet_result.h"
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

/* `common` has what the runs of all members have in common. */
struct fleet_member *fleet_member_new(struct fleet_guest *guest,
    const struct run *common);
/* Whether it is there already, and what it was asked to be: sound, if nothing
 * is wrong with that. What is wrong is two errors, of two kinds. */
void fleet_member_describe(struct fleet_member *member,
    struct error *presence, struct error *description);
/* "missing", "made" … */
const char *fleet_state_word(enum fleet_state state);
void fleet_member_free(struct fleet_member *member);

#endif
