#include "plan/candidates.h"

#include "base/vector.h"

/* apt's CompareProviders, for packages none of which is installed yet. */
static bool
ranks_before(const struct closure *closure, const struct package_name *target,
    const struct package *a, const struct package *b)
{
	bool protected_a = closure_mark(closure, a->owner)->is_protected;
	int priority_a = package_priority(a), priority_b = package_priority(b);

	if (protected_a != closure_mark(closure, b->owner)->is_protected)
		return protected_a;
	if ((a->owner == target) != (b->owner == target))
		return a->owner == target;
	if (a->owner->is_essential != b->owner->is_essential)
		return a->owner->is_essential;
	if (a->owner->is_important != b->owner->is_important)
		return a->owner->is_important;
	if (priority_a != priority_b)
		return priority_a < priority_b;
	return mentions_has_first(closure_mentions(closure), b->owner, a->owner);
}

/* Into its place among those from `first` on, which are for one target. */
static void
insert(const struct closure *closure, struct candidates *candidates,
    size_t first, const struct package_name *target,
    const struct package *package)
{
	size_t i;

	for (i = first; i < candidates->count; i++)
		if (candidates->items[i] == package)
			return;
	vector_push(candidates);
	for (i = candidates->count - 1; i > first && ranks_before(closure,
	    target, package, candidates->items[i - 1]); i--)
		candidates->items[i] = candidates->items[i - 1];
	candidates->items[i] = package;
}

void
candidates_add(const struct closure *closure,
    const struct dependency *dependency, struct candidates *candidates)
{
	const struct package_name *target = dependency->name;
	const struct package *package = closure_candidate(closure, target);
	size_t first = candidates->count;

	if (package && dependency_is_met_by(dependency, package))
		insert(closure, candidates, first, target, package);
	for (const struct package_provider *provider = target->providers;
	    provider; provider = provider->next) {
		package = provider->package;
		if (closure_candidate(closure, package->owner) == package &&
		    dependency_is_met_by_provider(dependency, provider))
			insert(closure, candidates, first, target, package);
	}
}

void
candidates_find(const struct closure *closure, const struct dependency *group,
    struct candidates *candidates)
{
	const struct dependency *end = dependency_group_end(group);
	size_t kept = 0;

	for (; group < end; group++)
		candidates_add(closure, group, candidates);
	for (size_t i = 0; i < candidates->count; i++) {
		const struct package *package = candidates->items[i];

		if (!closure_is_ruled_out(closure_mark(closure,
		    package->owner)))
			candidates->items[kept++] = package;
	}
	candidates->count = kept;
}
