/*
 * fleet_watch: what a fleet has to tell while it is made, as events.h has it of
 * one guest. A tool fills it in.
 */
#ifndef FLEET_FLEET_WATCH_H
#define FLEET_FLEET_WATCH_H

#include "base/events.h"

struct fleet_member;

struct fleet_watch {
	void (*begin)(struct fleet_watch *watch,
	    const struct fleet_member *member);
	void (*step)(struct fleet_watch *watch,
	    const struct fleet_member *member, const char *name);
	void (*progress)(struct fleet_watch *watch,
	    const struct fleet_member *member, enum event_unit unit,
	    uint64_t done, uint64_t total);
	void (*message)(struct fleet_watch *watch,
	    const struct fleet_member *member, enum event_level level,
	    const char *text);
	/* Its state and result are there. */
	void (*end)(struct fleet_watch *watch,
	    const struct fleet_member *member);
	/* A moment has passed. */
	void (*tick)(struct fleet_watch *watch);
};

#endif
