/*
 * release_choice: what NAME/RELEASE draws in its wake: where the candidate of
 * something that NAME needs is not the right version, that of RELEASE becomes
 * the candidate if it is (SetCandidateRelease of apt's pkgDepCache).
 */
#ifndef PLAN_RELEASE_CHOICE_H
#define PLAN_RELEASE_CHOICE_H

#include "plan/closure.h"

/* The newest version of a name in a release, by its suite or codename. */
const struct package *release_choice_find(const struct package_name *name,
    struct view release);

/* `package` has been chosen and is to be installed. */
void release_choice_spread(struct closure *closure,
    const struct package *package, struct view release);

#endif
