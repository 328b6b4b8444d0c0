/*
 * round: one of the two in which packages are installed, the essential ones
 * and then the rest, and what is done with all the packages of one: its steps,
 * in their order.
 *
 *	round_unpack → round_register → round_configure_first → round_preinsts
 *	    → round_unpack_slow → round_configure
 */
#ifndef INSTALL_ROUND_H
#define INSTALL_ROUND_H

#include "install/bootstrap.h"
#include "install/extract.h"
#include "install/roster.h"
#include "install/visit.h"

/* All that it points to is the run's. */
struct round {
	const struct bootstrap *bootstrap;
	const struct roster *roster;	/* of both */
	const struct visit *visit;
	const struct strings *merged;	/* directories that are links to /usr's */
	struct unpack_rules *rules;	/* read when the round begins to unpack */
	struct extract *extract;
	struct buffer *later;	/* steps, of a first stage */
	unsigned number;
	/* Its part of the plan and of the roster. */
	const struct plan_item *items;
	struct unpacked **planned, **in_unpack_order;
	size_t count;
};

int round_unpack(struct round *round, struct error *err);
/* Instead, in a first stage: they are left to dpkg. */
int round_keep(struct round *round, struct error *err);
/* Where nothing can be run, only dpkg could unpack the slow ones. */
int round_refuse_slow(struct round *round, struct error *err);
/* In dpkg's database. */
int round_register(struct round *round, struct error *err);
/* What the release wants to be there before any other script runs. */
int round_configure_first(struct round *round, struct error *err);
int round_preinsts(struct round *round, struct error *err);
/* The .debs are done with then. */
int round_unpack_slow(struct round *round, struct error *err);
int round_configure(struct round *round, struct error *err);

#endif
