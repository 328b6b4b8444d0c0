#include "plan/marking.h"

#include "base/vector.h"
#include "plan/candidates.h"

enum { DEPTH_MAX = 3000, REPAIRS_MAX = 20 };

/* One call of install() and what it passes down. */
struct attempt {
	const struct package_name *name;
	const struct package *package;
	unsigned depth;
	bool is_wanted;	/* by the caller, not by a dependency */
	bool was_protected;
};

static bool install(struct closure *closure, const struct package_name *name,
    bool is_wanted, unsigned depth);

/* With `also_weak` a Recommends counts too. */
static bool
is_broken(struct closure *closure, const struct package_name *name,
    bool also_weak)
{
	if (!closure_mark(closure, name)->install)
		return false;
	dependency_groups(group, closure_dependencies(closure, name))
		if ((also_weak || dependency_is_critical(group)) &&
		    closure_meets_group(closure, group) ==
		    dependency_is_negative(group))
			return true;
	return false;
}

/* Every dependency could be met by something, be it marked or not. */
static bool
is_satisfiable(struct closure *closure, const struct package_name *name)
{
	dependency_groups(group, closure_dependencies(closure, name))
		if (dependency_is_critical(group) &&
		    !dependency_is_negative(group) &&
		    !closure_could_meet_group(closure, group))
			return false;
	return true;
}

static bool
give_up(struct closure *closure, const struct package_name *name)
{
	const struct closure_mark *mark = closure_mark(closure, name);

	if (!closure_is_new(mark))
		return true;
	if (mark->is_protected)
		return false;
	closure_give_up(closure, name);
	return true;
}

/* Takes the place of `package`; false if that cannot be. */
static bool
displace(struct closure *closure, const struct attempt *attempt,
    const struct package *package)
{
	struct closure_mark *mark = closure_touch(closure, package->owner);

	if (mark->current == package || !give_up(closure, package->owner))
		return false;
	if (attempt->was_protected) {
		closure_refuse(closure, package->owner);
		mark->is_protected |= !mark->current;
	}
	return true;
}

/* What is not wanted fails at the first trouble, so another can be tried. */
static bool
gives_in(const struct attempt *attempt)
{
	return !attempt->was_protected && !attempt->is_wanted;
}

static bool
displace_all(struct closure *closure, const struct attempt *attempt,
    const struct dependency *conflict)
{
	struct candidates candidates = {0};
	bool done = true;

	candidates_add(closure, conflict, &candidates);
	vector_each(package, &candidates) {
		done &= displace(closure, attempt, *package);
		if (!done && gives_in(attempt))
			break;
	}
	vector_release(&candidates);
	return done;
}

static bool
displace_conflicting(struct closure *closure, const struct attempt *attempt)
{
	const struct dependencies *dependencies =
	    closure_dependencies(closure, attempt->name);
	bool done = true;

	dependency_groups(group, dependencies) {
		if (!dependency_is_negative(group))
			continue;
		if (!attempt->was_protected &&
		    !closure_meets_group(closure, group))
			continue;
		done &= displace_all(closure, attempt, group);
		if (!done && gives_in(attempt))
			break;
	}
	return done;
}

static void
set_installed(struct closure *closure, const struct attempt *attempt)
{
	struct closure_mark *mark = closure_touch(closure, attempt->name);

	if (mark->is_protected && mark->install == attempt->package)
		return;
	if (!mark->current)
		mark->is_automatic = !attempt->is_wanted;
	closure_install(closure, attempt->package);
}

/* The only one that can meet what a protected package needs is so itself. */
static bool
protect_only_choice(struct closure *closure, const struct package *choice)
{
	struct closure_mark *mark = closure_touch(closure, choice->owner);
	struct attempt inner = {
		.name = choice->owner, .package = choice,
	};

	if (mark->is_protected && !closure_is_new(mark))
		return false;
	set_installed(closure, &inner);
	mark->is_protected = true;
	return true;
}

static bool
install_choice(struct closure *closure, const struct attempt *attempt,
    const struct package *choice, bool is_only)
{
	struct closure_mark *mark = closure_touch(closure, choice->owner);

	if (closure_candidate(closure, choice->owner) != choice)
		return false;
	if (!mark->install)
		mark->parent = attempt->package;
	if (is_only && attempt->was_protected &&
	    !protect_only_choice(closure, choice))
		return false;
	return install(closure, choice->owner, false, attempt->depth + 1);
}

static bool
pass_protection_on(struct closure *closure, const struct attempt *attempt,
    const struct candidates *candidates)
{
	struct closure_mark *mark;

	if (candidates->count != 1)
		return true;
	mark = closure_touch(closure, candidates->items[0]->owner);
	if (mark->is_protected)
		return true;
	mark->is_protected = true;
	return install(closure, candidates->items[0]->owner, false,
	    attempt->depth + 1);
}

/* What is only recommended may fail, and is no reason to keep anything. */
static bool
install_group(struct closure *closure, const struct attempt *attempt,
    const struct dependency *group)
{
	bool is_critical = dependency_is_critical(group);
	bool is_met = closure_meets_group(closure, group);
	struct candidates candidates = {0};
	bool done = false;

	if (is_met && !(attempt->was_protected && is_critical))
		return true;
	candidates_find(closure, group, &candidates);
	if (is_met)
		done = pass_protection_on(closure, attempt, &candidates);
	for (size_t i = 0; i < candidates.count && !is_met && !done; i++)
		done = install_choice(closure, attempt, candidates.items[i],
		    is_critical && candidates.count == 1);
	vector_release(&candidates);
	return done || !is_critical;
}

static bool
install_dependencies(struct closure *closure, const struct attempt *attempt)
{
	struct dependencies *dependencies =
	    &closure_touch(closure, attempt->name)->dependencies;
	bool done = true;

	dependency_groups(group, dependencies) {
		if (dependency_is_negative(group))
			break;
		done &= install_group(closure, attempt, group);
		if (!done && gives_in(attempt))
			break;
	}
	return done;
}

static void
refuse(struct closure *closure, const struct package_name *name)
{
	if (!closure_is_new(closure_mark(closure, name)))
		return;
	closure_give_up(closure, name);
	closure_refuse(closure, name);
}

static bool
install_with_dependencies(struct closure *closure,
    const struct attempt *attempt)
{
	struct closure_mark *mark = closure_touch(closure, attempt->name);
	bool done;

	if (attempt->is_wanted)
		set_installed(closure, attempt);
	done = displace_conflicting(closure, attempt);
	if (!done && gives_in(attempt))
		return false;
	if (!attempt->is_wanted)
		set_installed(closure, attempt);
	mark->is_protected = true;
	done &= install_dependencies(closure, attempt);
	mark->is_protected = attempt->was_protected;
	if (!done && gives_in(attempt))
		refuse(closure, attempt->name);
	return done;
}

static bool
install(struct closure *closure, const struct package_name *name,
    bool is_wanted, unsigned depth)
{
	struct closure_mark *mark = closure_touch(closure, name);
	const struct attempt attempt = {
		.name = name,
		.package = closure_candidate(closure, name),
		.depth = depth,
		.is_wanted = is_wanted,
		.was_protected = mark->is_protected,
	};

	if (depth > DEPTH_MAX || !attempt.package)
		return false;
	if (closure_is_ruled_out(mark) && !is_wanted)
		return false;
	if (!mark->is_protected && mark->install == attempt.package &&
	    !is_broken(closure, name, true))
		return true;
	if (attempt.package != mark->current &&
	    !is_satisfiable(closure, name)) {
		if (!mark->is_protected)
			closure_refuse(closure, name);
		return false;
	}
	return install_with_dependencies(closure, &attempt);
}

void
marking_want(struct marking *marking, const struct package_name *name,
    const struct package *version)
{
	struct closure_mark *mark = closure_touch(marking->closure, name);
	const struct package *package;

	if (version)
		closure_choose(marking->closure, version);
	mark->is_protected = true;
	mark->is_excluded = false;
	mark->is_automatic = false;
	mark->parent = NULL;
	package = closure_candidate(marking->closure, name);
	if (package)
		closure_install(marking->closure, package);
	*vector_push(&marking->wanted) = name;
}

void
marking_exclude(struct marking *marking, const struct package_name *name)
{
	struct closure_mark *mark = closure_touch(marking->closure, name);

	if (mark->install)
		return;
	mark->is_protected = true;
	mark->is_excluded = true;
}

/*
 * What was chosen early may have been displaced since; where apt calls its
 * problem resolver, the next alternative is tried.
 */
static bool
repair(struct closure *closure)
{
	const struct names *names = closure_names(closure);
	bool was_broken = false;

	for (size_t i = 0; i < names->count; i++) {
		const struct package_name *name = names->items[i];
		const struct closure_mark *mark = closure_mark(closure, name);

		if (!closure_is_new(mark) || !is_broken(closure, name, false))
			continue;
		was_broken = true;
		install(closure, name, !mark->is_automatic, 0);
	}
	return was_broken;
}

void
marking_resolve(struct marking *marking)
{
	unsigned repairs = 0;

	vector_each(name, &marking->wanted)
		install(marking->closure, *name, true, 0);
	marking->wanted.count = 0;
	while (repairs++ < REPAIRS_MAX && repair(marking->closure))
		;
}

void
marking_pull(struct marking *marking, const struct package_name *name)
{
	install(marking->closure, name, false, 0);
}

void
marking_release(struct marking *marking)
{
	vector_release(&marking->wanted);
}
