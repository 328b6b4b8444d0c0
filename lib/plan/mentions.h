/*
 * mentions: in which order the indices mention names first, be it as a package
 * or in any relation. apt numbers names so (its cache IDs) and, between
 * providers that are equal otherwise, takes the last. The indices are read
 * again only as far as a question needs. Asked for are names whose packages
 * provide something, be it themselves in other architectures.
 */
#ifndef PLAN_MENTIONS_H
#define PLAN_MENTIONS_H

#include "plan/package_set.h"

struct mentions;

struct mentions *mentions_new(const struct package_set *set);
void mentions_free(struct mentions *mentions);

/* Is it mentioned at all, as of its architecture? */
bool mentions_has(struct mentions *mentions, const struct package_name *name);
/* Is `a` mentioned before `b`? */
bool mentions_has_first(struct mentions *mentions,
    const struct package_name *a, const struct package_name *b);

#endif
