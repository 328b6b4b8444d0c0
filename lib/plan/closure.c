#include "plan/closure.h"

#include "base/cleanup.h"
#include "base/memory.h"
#include "base/vector.h"

struct closure {
	const struct package_set *set;
	struct closure_mark *marks;	/* by the number of the name */
	struct names touched;
	bool with_recommends;
	bool has_given_up;	/* something, in this stage */
	unsigned clock;	/* counts announcements and refusals */
	struct mentions *mentions;
	struct error error;	/* the first unreadable field */
};

/* What becomes of `owner`, as one sees it who looks for `target`. */
typedef const struct package *state_of(const struct closure *closure,
    const struct package_name *owner, const struct package_name *target);

struct closure *
closure_new(const struct package_set *set, bool with_recommends)
{
	struct closure *closure = memory_new(struct closure);

	closure->set = set;
	closure->with_recommends = with_recommends;
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
	error_release(&closure->error);
	mentions_free(closure->mentions);
	free(closure->marks);
	free(closure);
}

struct closure_mark *
closure_touch(struct closure *closure, const struct package_name *name)
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

/* Refused or not. */
static const struct package *
best(const struct closure *closure, const struct package_name *name)
{
	const struct closure_mark *mark = closure_mark(closure, name);

	if (mark->chosen)
		return mark->chosen;
	return mark->current ? mark->current : name->candidate;
}

const struct package *
closure_candidate(const struct closure *closure,
    const struct package_name *name)
{
	return closure_mark(closure, name)->refused_at ? NULL
	    : best(closure, name);
}

static const struct package *
to_install(const struct closure *closure, const struct package_name *owner,
    const struct package_name *target)
{
	(void)target;
	return closure_mark(closure, owner)->install;
}

/*
 * apt keeps for each dependency whether a candidate could meet it, and looks
 * again only after what bears or provides its name has changed its state; that
 * a candidate was refused is no such change.
 */
static const struct package *
last_announced(const struct closure *closure,
    const struct package_name *owner, const struct package_name *target)
{
	unsigned refused_at = closure_mark(closure, owner)->refused_at;
	unsigned announced_at = closure_mark(closure, target)->announced_at;

	return refused_at && refused_at < announced_at ? NULL
	    : best(closure, owner);
}

static void
announce(struct closure *closure, const struct package *package)
{
	const struct package_provider *provider;

	closure_touch(closure, package->owner)->announced_at =
	    ++closure->clock;
	for (provider = package->provided; provider;
	    provider = provider->next_provided)
		closure->marks[provider->name->number].announced_at =
		    closure->clock;
}

void
closure_choose(struct closure *closure, const struct package *package)
{
	struct closure_mark *mark = closure_touch(closure, package->owner);

	mark->chosen = package;
	if (closure_is_new(mark))
		mark->install = package;
	announce(closure, package);
}

void
closure_install(struct closure *closure, const struct package *package)
{
	closure_touch(closure, package->owner)->install = package;
	announce(closure, package);
}

void
closure_give_up(struct closure *closure, const struct package_name *name)
{
	struct closure_mark *mark = closure_touch(closure, name);
	const struct package *package = mark->install;

	mark->install = mark->current;
	closure->has_given_up = true;
	announce(closure, package);
}

bool
closure_has_given_up(const struct closure *closure)
{
	return closure->has_given_up;
}

void
closure_refuse(struct closure *closure, const struct package_name *name)
{
	struct closure_mark *mark = closure_touch(closure, name);

	if (!mark->refused_at)
		mark->refused_at = ++closure->clock;
}

const struct dependencies *
closure_dependencies(struct closure *closure, const struct package_name *name)
{
	struct closure_mark *mark = closure_touch(closure, name);
	const struct package *package = mark->install ? mark->install :
	    closure_candidate(closure, name);
	auto_error struct error err = {0};

	if (mark->read == package)
		return &mark->dependencies;
	mark->read = package;
	mark->dependencies.count = 0;
	mark->dependencies.with_recommends = closure->with_recommends;
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
	const struct package_name *target = dependency->name;
	const struct package *package = state(closure, target, target);

	if (package && dependency_is_met_by(dependency, package))
		return package;
	for (const struct package_provider *provider = target->providers;
	    provider; provider = provider->next) {
		package = provider->package;
		if (state(closure, package->owner, target) == package &&
		    dependency_is_met_by_provider(dependency, provider))
			return package;
	}
	return NULL;
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

const struct package *
closure_meets(const struct closure *closure,
    const struct dependency *dependency)
{
	return find_in_state(closure, dependency, to_install);
}

bool
closure_meets_group(const struct closure *closure,
    const struct dependency *group)
{
	return group_is_met(closure, group, to_install);
}

bool
closure_could_meet_group(const struct closure *closure,
    const struct dependency *group)
{
	return group_is_met(closure, group, to_install) ||
	    group_is_met(closure, group, last_announced);
}

void
closure_settle(struct closure *closure)
{
	closure->has_given_up = false;
	vector_each(name, &closure->touched) {
		struct closure_mark *mark = &closure->marks[(*name)->number];

		mark->current = mark->install;
		mark->chosen = NULL;
		mark->parent = NULL;
		mark->is_protected = false;
		mark->refused_at = 0;
		mark->announced_at = 0;
		mark->is_automatic = false;
		mark->is_excluded = false;
	}
}
