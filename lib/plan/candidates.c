#include "plan/candidates.h"

#include "base/vector.h"

/* Multi-Arch: same, and another architecture's is there. */
static bool
is_installed_elsewhere(const struct closure *closure,
    const struct package *package)
{
	const struct package_set *set = closure_set(closure);
	bool is_there = false;

	if (!view_is(package->multi_arch, "same"))
		return false;
	vector_each(architecture, package_set_architectures(set))
		is_there |= closure_mark(closure, package_set_name_of(set,
		    package->name, view_of(*architecture)))->current != NULL;
	return is_there;
}

/* apt's CompareProviders, as a row of numbers: the lower is better. */
struct rank {
	int values[7];
};

static struct rank
rank_of(const struct closure *closure, const struct package_name *target,
    const struct package *package)
{
	const struct package_name *owner = package->owner;
	const struct closure_mark *mark = closure_mark(closure, owner);

	return (struct rank){{
		!mark->is_protected,
		!is_installed_elsewhere(closure, package),
		!view_equal(owner->base, target->base),
		!owner->is_essential,
		!owner->is_important,
		(int)owner->rank,
		package_priority(package),
	}};
}

static bool
ranks_before(const struct closure *closure, const struct package_name *target,
    const struct package *a, const struct package *b)
{
	struct rank rank_a = rank_of(closure, target, a);
	struct rank rank_b = rank_of(closure, target, b);

	for (size_t i = 0; i < sizeof(rank_a.values) / sizeof(int); i++)
		if (rank_a.values[i] != rank_b.values[i])
			return rank_a.values[i] < rank_b.values[i];
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
