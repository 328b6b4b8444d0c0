/*
 * closure: what has to be installed with what is wanted. Dependencies are
 * followed as apt follows them (MarkInstall of its pkgDepCache): depth first,
 * alternatives in order, each one's providers by rank, and a choice that turns
 * out to be impossible gives way to the next.
 *
 * Two stages: after closure_settle, what was chosen counts as installed and is
 * neither removed nor replaced, and a new round of wanting begins.
 */
#ifndef PLAN_CLOSURE_H
#define PLAN_CLOSURE_H

#include "plan/dependency.h"
#include "plan/mentions.h"
#include "plan/package_set.h"

/* What is to become of one name. */
struct closure_mark {
	const struct package *install;	/* will be there; NULL: nothing */
	const struct package *current;	/* is there since the stage before */
	const struct package *chosen;	/* asked for by version */
	const struct package *parent;	/* came in for this one; NULL: wanted */
	bool is_protected;	/* wanted, or all that can meet what is */
	bool is_refused;	/* its candidate turned out to be impossible */
	bool is_automatic;	/* only a dependency */
	bool is_touched;
	const struct package *read;	/* whose dependencies these are */
	struct dependencies dependencies;
};

/* Something protected excludes it. */
static inline bool
closure_is_ruled_out(const struct closure_mark *mark)
{
	return mark->is_protected && !mark->install;
}

struct names {
	const struct package_name **items;
	size_t count;
	size_t capacity;
};

struct closure;

struct closure *closure_new(const struct package_set *set);
void closure_free(struct closure *closure);

/*
 * Wants a package of this name: the given version, or the candidate if NULL.
 * closure_resolve then finds what all that is wanted needs, in the order of
 * wanting; closure_pull does so at once for one that is not wanted for itself.
 */
void closure_want(struct closure *closure, const struct package_name *name,
    const struct package *version);
void closure_resolve(struct closure *closure);
void closure_pull(struct closure *closure, const struct package_name *name);

void closure_settle(struct closure *closure);

/* -1 if a field of a package that was looked at cannot be read. */
int closure_is_sound(struct closure *closure, struct error *err);
const struct package_set *closure_set(const struct closure *closure);
struct mentions *closure_mentions(const struct closure *closure);

/* All names that were looked at so far; some have nothing to install. */
const struct names *closure_names(const struct closure *closure);
const struct closure_mark *closure_mark(const struct closure *closure,
    const struct package_name *name);
/* Of the version to install, or of the candidate; empty if there is none. */
const struct dependencies *closure_dependencies(struct closure *closure,
    const struct package_name *name);
/* What the name can be, unless it was refused; NULL if nothing. */
const struct package *closure_candidate(const struct closure *closure,
    const struct package_name *name);
/* Will something that is to be there meet the dependency? Which? */
const struct package *closure_meets(const struct closure *closure,
    const struct dependency *dependency);

#endif
