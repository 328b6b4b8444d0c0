#include "plan/release_choice.h"

#include "base/cleanup.h"
#include "base/vector.h"

struct choice {
	struct closure *closure;
	struct view release;
	struct names chosen;	/* so far */
};

const struct package *
release_choice_find(const struct package_name *name, struct view release)
{
	const struct package *package = name->versions;

	for (; package; package = package->next)
		if (view_equal(package->origin->suite, release) ||
		    view_equal(package->origin->codename, release))
			return package;
	return NULL;
}

static int
read_dependencies(const struct choice *choice, const struct package *package,
    struct dependencies *dependencies)
{
	auto_error struct error ignored = {0};

	/* marking reads the same field again, and tells what is wrong */
	return dependencies_read(closure_set(choice->closure), package,
	    dependencies, &ignored);
}

/* All that it needs is to be there already. */
static bool
is_installable(const struct choice *choice, const struct package *package)
{
	struct dependencies dependencies = {0};
	bool is_one = read_dependencies(choice, package, &dependencies) == 0;

	dependency_groups(group, &dependencies)
		is_one &= closure_meets_group(choice->closure, group) !=
		    dependency_is_negative(group);
	vector_release(&dependencies);
	return is_one;
}

static bool
has_installable_provider(const struct choice *choice,
    const struct package_name *name)
{
	const struct package_provider *provider = name->providers;

	for (; provider; provider = provider->next) {
		const struct package *package = provider->package;

		if (closure_candidate(choice->closure, package->owner) ==
		    package && is_installable(choice, package))
			return true;
	}
	return false;
}

static bool
is_fine(const struct choice *choice, const struct dependency *dependency)
{
	const struct package_name *name = dependency->name;
	const struct package *current =
	    closure_mark(choice->closure, name)->current;
	const struct package *candidate =
	    closure_candidate(choice->closure, name);

	if (current && dependency_is_met_by(dependency, current))
		return true;
	if (dependency->relation.operator == RELATION_ANY && name->providers)
		return has_installable_provider(choice, name);
	return candidate && dependency_is_met_by(dependency, candidate) &&
	    is_installable(choice, candidate);
}

static bool
group_is_fine(const struct choice *choice, const struct dependency *group)
{
	const struct dependency *end = dependency_group_end(group);

	for (; group < end; group++)
		if (is_fine(choice, group))
			return true;
	return false;
}

static bool choose(struct choice *choice, const struct package *package);

static bool
choose_for(struct choice *choice, const struct dependency *dependency)
{
	const struct package_name *name = dependency->name;
	const struct package *package =
	    release_choice_find(name, choice->release);

	if (dependency->relation.operator == RELATION_ANY || !package ||
	    closure_mark(choice->closure, name)->current ||
	    !dependency_is_met_by(dependency, package))
		return false;
	vector_each(chosen, &choice->chosen)
		if (*chosen == name)
			return true;
	*vector_push(&choice->chosen) = name;
	return choose(choice, package);
}

static bool
choose_for_group(struct choice *choice, const struct dependency *group)
{
	const struct dependency *end = dependency_group_end(group);

	for (; group < end; group++)
		if (choose_for(choice, group))
			return true;
	return false;
}

static bool
choose(struct choice *choice, const struct package *package)
{
	struct dependencies dependencies = {0};
	bool done = read_dependencies(choice, package, &dependencies) == 0;

	closure_choose(choice->closure, package);
	dependency_groups(group, &dependencies) {
		if (dependency_is_negative(group) || !done)
			break;
		done = group_is_fine(choice, group) ||
		    choose_for_group(choice, group);
	}
	vector_release(&dependencies);
	return done;
}

void
release_choice_spread(struct closure *closure, const struct package *package,
    struct view release)
{
	struct choice choice = {.closure = closure, .release = release};

	choose(&choice, package);
	vector_release(&choice.chosen);
}
