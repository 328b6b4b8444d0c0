/*
 * sequence: the unpack and configure steps in which apt has dpkg install new
 * packages (SmartUnPack and SmartConfigure of its pkgPackageManager): in the
 * given order, but what a package pre-depends on is configured before it is
 * unpacked, and what is immediate as soon as it is unpacked.
 */
#ifndef PLAN_SEQUENCE_H
#define PLAN_SEQUENCE_H

#include "plan/order.h"

struct step {
	const struct package_name *name;
	unsigned run;	/* those of one run are one call of dpkg */
};

struct steps {
	struct step *items;
	size_t count;
	size_t capacity;
};

struct sequence {
	struct names unpack;	/* all */
	struct steps configure;	/* all: those that apt asks for, then those
				   that it leaves to dpkg --configure --pending,
				   in dpkg's own order */
	unsigned pending_run;	/* of the latter */
};

/* -1 and a sentence if Pre-Depends form a circle. */
int sequence_make(struct closure *closure, const struct order *order,
    struct sequence *sequence, struct error *err);
void sequence_release(struct sequence *sequence);

#endif
