/*
 * inclusion: one thing that is asked for as apt-get install takes it:
 *
 *	NAME[:ARCH][=VERSION | /RELEASE]
 *	NAME[:ARCH]-		it is kept out
 *	PATTERN			an apt pattern, see pattern.h
 *
 * VERSION may end in '*'; RELEASE is a suite or codename of a source, and what
 * NAME needs in a certain version comes from there as well if it must.
 */
#ifndef PLAN_INCLUSION_H
#define PLAN_INCLUSION_H

#include "base/vector.h"
#include "plan/marking.h"

/* Adds what `text`, a value of --include, asks for to the list: a pattern is
 * one thing, anything else is cut at commas and blanks. */
void inclusions_split(struct strings *inclusions, const char *text);

/* Wants all of them: first what is kept out, then the rest in order. */
int inclusions_want(struct marking *marking,
    const struct strings *inclusions, struct error *err);
/* When all is wanted, before marking_resolve: what a RELEASE draws with it. */
int inclusions_spread(struct marking *marking,
    const struct strings *inclusions, struct error *err);

#endif
