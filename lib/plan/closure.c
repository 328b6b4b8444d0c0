#include "plan/closure.h"

#include "base/cleanup.h"
#include "base/memory.h"
#include "base/vector.h"
#include "plan/candidates.h"

enum { DEPTH_MAX = 3000, REPAIRS_MAX = 20 };

struct closure {
	const struct package_set *set;
	struct closure_mark *marks;	/* by the number of the name */
	struct names touched;
	struct names wanted;
	struct mentions *mentions;
	struct error error;	/* the first unreadable field */
};

/* One call of install() and what it passes down. */
struct attempt {
	const struct package_name *name;
	const struct package *package;
	unsigned depth;
	bool is_wanted;	/* by the caller, not by a dependency */
	bool was_protected;
};

typedef const struct package *state_of(const struct closure *closure,
    const struct package_name *name);

static bool install(struct closure *closure, const struct package_name *name,
    bool is_wanted, unsigned depth);

struct closure *
closure_new(const struct package_set *set)
{
	struct closure *closure = memory_new(struct closure);

	closure->set = set;
	closure->mentions = mentions_new(set);
	closure->marks = memory_zeroed(package_set_name_count(set),
	    sizeof(*closure->marks));
	return closure;
}

void
closure_free(struct closure *closure)
{
	if (!closure)
		return;
	vector_each(name, &closure->touched)
		vector_release(&closure->marks[(*name)->number].dependencies);
	vector_release(&closure->touched);
	vector_release(&closure->wanted);
	error_release(&closure->error);
	mentions_free(closure->mentions);
	free(closure->marks);
	free(closure);
}

static struct closure_mark *
mark_of(struct closure *closure, const struct package_name *name)
{
	struct closure_mark *mark = &closure->marks[name->number];

	if (!mark->is_touched) {
		mark->is_touched = true;
		*vector_push(&closure->touched) = name;
	}
	return mark;
}

const struct closure_mark *
closure_mark(const struct closure *closure, const struct package_name *name)
{
	return &closure->marks[name->number];
}

const struct package_set *
closure_set(const struct closure *closure)
{
	return closure->set;
}

struct mentions *
closure_mentions(const struct closure *closure)
{
	return closure->mentions;
}

int
closure_is_sound(struct closure *closure, struct error *err)
{
	return closure->error.text ? error_move(err, &closure->error) : 0;
}

const struct names *
closure_names(const struct closure *closure)
{
	return &closure->touched;
}

const struct package *
closure_candidate(const struct closure *closure,
    const struct package_name *name)
{
	const struct closure_mark *mark = closure_mark(closure, name);

	if (mark->is_refused)
		return NULL;
	if (mark->chosen)
		return mark->chosen;
	return mark->current ? mark->current : name->candidate;
}

static const struct package *
to_install(const struct closure *closure, const struct package_name *name)
{
	return closure_mark(closure, name)->install;
}

static bool
is_changing(const struct closure_mark *mark)
{
	return mark->install && mark->install != mark->current;
}

const struct dependencies *
closure_dependencies(struct closure *closure, const struct package_name *name)
{
	struct closure_mark *mark = mark_of(closure, name);
	const struct package *package = mark->install ? mark->install :
	    closure_candidate(closure, name);
	auto_error struct error err = {0};

	if (mark->read == package)
		return &mark->dependencies;
	mark->read = package;
	mark->dependencies.count = 0;
	if (package && dependencies_read(closure->set, package,
	    &mark->dependencies, &err) < 0 && !closure->error.text)
		error_move(&closure->error, &err);
	return &mark->dependencies;
}

/* The first in the given state that the dependency means. */
static const struct package *
find_in_state(const struct closure *closure,
    const struct dependency *dependency, state_of *state)
{
	const struct package *package = state(closure, dependency->name);

	if (package && dependency_is_met_by(dependency, package))
		return package;
	for (const struct package_provider *provider =
	    dependency->name->providers; provider; provider = provider->next) {
		package = provider->package;
		if (state(closure, package->owner) == package &&
		    dependency_is_met_by_provider(dependency, provider))
			return package;
	}
	return NULL;
}

const struct package *
closure_meets(const struct closure *closure,
    const struct dependency *dependency)
{
	return find_in_state(closure, dependency, to_install);
}

static bool
group_is_met(const struct closure *closure, const struct dependency *group,
    state_of *state)
{
	const struct dependency *end = dependency_group_end(group);

	for (; group < end; group++)
		if (find_in_state(closure, group, state))
			return true;
	return false;
}

static bool
is_broken(struct closure *closure, const struct package_name *name)
{
	if (!to_install(closure, name))
		return false;
	dependency_groups(group, closure_dependencies(closure, name))
		if (group_is_met(closure, group, to_install) ==
		    dependency_is_negative(group))
			return true;
	return false;
}

/* Every dependency could be met by something, be it marked or not. */
static bool
is_satisfiable(struct closure *closure, const struct package_name *name)
{
	dependency_groups(group, closure_dependencies(closure, name))
		if (!dependency_is_negative(group) &&
		    !group_is_met(closure, group, to_install) &&
		    !group_is_met(closure, group, closure_candidate))
			return false;
	return true;
}

static bool
give_up(struct closure_mark *mark)
{
	if (!is_changing(mark))
		return true;
	if (mark->is_protected)
		return false;
	mark->install = mark->current;
	return true;
}

/* Takes the place of `package`; false if that cannot be. */
static bool
displace(struct closure *closure, const struct attempt *attempt,
    const struct package *package)
{
	struct closure_mark *mark = mark_of(closure, package->owner);

	if (mark->current == package || !give_up(mark))
		return false;
	if (attempt->was_protected) {
		mark->is_refused = true;
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
		    !group_is_met(closure, group, to_install))
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
	struct closure_mark *mark = mark_of(closure, attempt->name);

	if (mark->is_protected && mark->install == attempt->package)
		return;
	mark->install = attempt->package;
	if (!mark->current)
		mark->is_automatic = !attempt->is_wanted;
}

/* The only one that can meet what a protected package needs is so itself. */
static bool
protect_only_choice(struct closure *closure, const struct package *choice)
{
	struct closure_mark *mark = mark_of(closure, choice->owner);
	struct attempt inner = {
		.name = choice->owner, .package = choice,
	};

	if (mark->is_protected && !is_changing(mark))
		return false;
	set_installed(closure, &inner);
	mark->is_protected = true;
	return true;
}

static bool
install_choice(struct closure *closure, const struct attempt *attempt,
    const struct package *choice, bool is_only)
{
	struct closure_mark *mark = mark_of(closure, choice->owner);

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
	mark = mark_of(closure, candidates->items[0]->owner);
	if (mark->is_protected)
		return true;
	mark->is_protected = true;
	return install(closure, candidates->items[0]->owner, false,
	    attempt->depth + 1);
}

static bool
install_group(struct closure *closure, const struct attempt *attempt,
    const struct dependency *group)
{
	bool is_met = group_is_met(closure, group, to_install);
	struct candidates candidates = {0};
	bool done = false;

	if (is_met && !attempt->was_protected)
		return true;
	candidates_find(closure, group, &candidates);
	if (is_met)
		done = pass_protection_on(closure, attempt, &candidates);
	for (size_t i = 0; i < candidates.count && !is_met && !done; i++)
		done = install_choice(closure, attempt, candidates.items[i],
		    candidates.count == 1);
	vector_release(&candidates);
	return done;
}

static bool
install_dependencies(struct closure *closure, const struct attempt *attempt)
{
	struct dependencies *dependencies =
	    &mark_of(closure, attempt->name)->dependencies;
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

static bool
install_with_dependencies(struct closure *closure,
    const struct attempt *attempt)
{
	struct closure_mark *mark = mark_of(closure, attempt->name);
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
	if (!done && gives_in(attempt)) {
		mark->install = mark->current;
		mark->is_refused = true;
	}
	return done;
}

static bool
install(struct closure *closure, const struct package_name *name,
    bool is_wanted, unsigned depth)
{
	struct closure_mark *mark = mark_of(closure, name);
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
	    !is_broken(closure, name))
		return true;
	if (attempt.package != mark->current &&
	    !is_satisfiable(closure, name)) {
		mark->is_refused |= !mark->is_protected;
		return false;
	}
	return install_with_dependencies(closure, &attempt);
}

void
closure_want(struct closure *closure, const struct package_name *name,
    const struct package *version)
{
	struct closure_mark *mark = mark_of(closure, name);

	if (version)
		mark->chosen = version;
	mark->is_protected = true;
	mark->is_automatic = false;
	mark->parent = NULL;
	mark->install = closure_candidate(closure, name);
	*vector_push(&closure->wanted) = name;
}

/*
 * What was chosen early may have been displaced since; where apt calls its
 * problem resolver, the next alternative is tried.
 */
static bool
repair(struct closure *closure)
{
	bool was_broken = false;

	for (size_t i = 0; i < closure->touched.count; i++) {
		const struct package_name *name = closure->touched.items[i];

		if (!is_changing(closure_mark(closure, name)) ||
		    !is_broken(closure, name))
			continue;
		was_broken = true;
		install(closure, name,
		    !closure_mark(closure, name)->is_automatic, 0);
	}
	return was_broken;
}

void
closure_resolve(struct closure *closure)
{
	unsigned repairs = 0;

	vector_each(name, &closure->wanted)
		install(closure, *name, true, 0);
	closure->wanted.count = 0;
	while (repairs++ < REPAIRS_MAX && repair(closure))
		;
}

void
closure_pull(struct closure *closure, const struct package_name *name)
{
	install(closure, name, false, 0);
}

void
closure_settle(struct closure *closure)
{
	vector_each(name, &closure->touched) {
		struct closure_mark *mark = &closure->marks[(*name)->number];

		mark->current = mark->install;
		mark->chosen = NULL;
		mark->parent = NULL;
		mark->is_protected = false;
		mark->is_refused = false;
		mark->is_automatic = false;
	}
}
