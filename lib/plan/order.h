/*
 * order: in which order apt would unpack what a closure installs
 * (OrderUnpack of its pkgOrderList): the essential first, then by what has to
 * be there early and by name, each after what it needs, Pre-Depends above all.
 */
#ifndef PLAN_ORDER_H
#define PLAN_ORDER_H

#include "plan/closure.h"

struct order {
	struct names names;	/* new ones of the closure, in order */
	bool *is_immediate;	/* by number: configured once unpacked */
};

/* with_apt: apt counts as essential. */
void order_make(struct closure *closure, bool with_apt, struct order *order);
void order_release(struct order *order);

#endif
