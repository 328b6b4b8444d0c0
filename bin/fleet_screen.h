/*
 * fleet_screen: a fleet while it is made. On a terminal there is a line for
 * each guest that is at work and one for all of them, drawn again in one piece;
 * else, and into the log, there is a plain line for each guest that ends.
 */
#ifndef FLEET_SCREEN_H
#define FLEET_SCREEN_H

#include "base/buffer.h"
#include "bin/terminal.h"
#include "fleet/fleet.h"

struct fleet_row {
	const struct fleet_member *member;
	char *step;
	enum event_unit unit;
	uint64_t done, total;	/* of the step; total 0: not known */
	double began;
};

struct fleet_screen {
	struct fleet_watch watch;
	struct terminal *terminal;
	void (*ended)(const struct fleet_member *member);	/* or NULL */
	VECTOR(struct fleet_row) rows;	/* at work */
	size_t to_make, done, failed;
	struct strings told;	/* why guests failed */
	double began, drawn;	/* times; 0: not yet */
	size_t height;	/* lines that stand on the terminal */
};

void fleet_screen_open(struct fleet_screen *screen, struct terminal *terminal,
    const struct fleet_plan *plan);
/* What stands on the terminal goes. */
void fleet_screen_close(struct fleet_screen *screen);

#endif
