/*
 * supply: a thread that hands a plan's .debs to extract as they come, while
 * the caller configures.
 */
#ifndef INSTALL_SUPPLY_H
#define INSTALL_SUPPLY_H

#include "install/bootstrap.h"
#include "install/extract.h"
#include "install/roster.h"

struct supply {
	const struct bootstrap *bootstrap;
	struct extract *extract;
	const struct roster *roster;
	pthread_t thread;
};

/* What it is given must outlive it. A failure is told by extract_wait. */
int supply_start(struct supply *supply, struct error *err);
/* Ends extract's threads as well. Complete: all .debs were unpacked; else the
 * rest is given up. */
void supply_end(struct supply *supply, bool is_complete);

#endif
