/*
 * marking: marks in a closure what has to be installed. Dependencies are
 * followed as apt follows them (MarkInstall of its pkgDepCache): depth first,
 * alternatives in order, each one's providers by rank, and a choice that turns
 * out to be impossible gives way to the next.
 */
#ifndef PLAN_MARKING_H
#define PLAN_MARKING_H

#include "plan/closure.h"

struct marking {
	struct closure *closure;
	struct names wanted;	/* since the last marking_resolve */
};

/* Nothing of this name may come in from now on, until closure_settle. */
void marking_exclude(struct marking *marking, const struct package_name *name);

/*
 * Wants a package of this name: the given version, or the candidate if NULL.
 * marking_resolve then finds what all that is wanted needs, in the order of
 * wanting; marking_pull does so at once for one that is not wanted for itself.
 */
void marking_want(struct marking *marking, const struct package_name *name,
    const struct package *version);
void marking_resolve(struct marking *marking);
void marking_pull(struct marking *marking, const struct package_name *name);
void marking_release(struct marking *marking);

#endif
