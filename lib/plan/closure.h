/*
 * closure: what is to become of each name of a package_set, and which
 * dependencies that meets. marking.h finds what has to be installed.
 *
 * Two stages: after closure_settle, what was chosen counts as installed and is
 * neither removed nor replaced, and a new round of wanting begins.
 */
#ifndef PLAN_CLOSURE_H
#define PLAN_CLOSURE_H

#include "plan/dependency.h"
#include "plan/mentions.h"
#include "plan/names.h"
#include "plan/package_set.h"

/* What is to become of one name. */
struct closure_mark {
	const struct package *install;	/* will be there; NULL: nothing */
	const struct package *current;	/* is there since the stage before */
	const struct package *chosen;	/* asked for by version */
	const struct package *parent;	/* came in for this one; NULL: wanted */
	bool is_protected;	/* wanted, or all that can meet what is */
	bool is_excluded;	/* by the request */
	bool is_automatic;	/* only a dependency */
	bool is_touched;
	unsigned refused_at;	/* when its candidate turned out to be
				   impossible; 0: it did not */
	unsigned announced_at;	/* when something that bears or provides the
				   name last changed */
	const struct package *read;	/* whose dependencies these are */
	struct dependencies dependencies;
};

/* Something protected excludes it. */
static inline bool
closure_is_ruled_out(const struct closure_mark *mark)
{
	return mark->is_protected && !mark->install;
}

/* It comes in this stage. */
static inline bool
closure_is_new(const struct closure_mark *mark)
{
	return mark->install && mark->install != mark->current;
}

struct closure;

struct closure *closure_new(const struct package_set *set,
    bool with_recommends);
void closure_free(struct closure *closure);

/* Makes this version the candidate of its name. */
void closure_choose(struct closure *closure, const struct package *package);

/*
 * What marking.h does to a name: its mark, from now on among closure_names;
 * the package is to be installed; it is not after all; its candidate is
 * impossible.
 */
struct closure_mark *closure_touch(struct closure *closure,
    const struct package_name *name);
void closure_install(struct closure *closure, const struct package *package);
void closure_give_up(struct closure *closure, const struct package_name *name);
bool closure_has_given_up(const struct closure *closure);	/* anything */
void closure_refuse(struct closure *closure, const struct package_name *name);

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
/* The same for one of a group's members … */
bool closure_meets_group(const struct closure *closure,
    const struct dependency *group);
/* … and is there anything, to be installed or not, that could? As far as apt
 * has noticed. */
bool closure_could_meet_group(const struct closure *closure,
    const struct dependency *group);

#endif
