#include "plan/garbage.h"

#include "base/cleanup.h"
#include "base/memory.h"
#include "base/vector.h"

struct search {
	struct closure *closure;
	bool *is_needed;	/* by number */
	struct names open;	/* whose dependencies are to be followed */
};

static void
need(struct search *search, const struct package_name *name)
{
	if (search->is_needed[name->number])
		return;
	search->is_needed[name->number] = true;
	*vector_push(&search->open) = name;
}

static const struct package *
installed(const struct search *search, const struct package_name *name)
{
	return closure_mark(search->closure, name)->install;
}

/* Whatever meets it is needed, not only the first. */
static void
follow(struct search *search, const struct dependency *dependency)
{
	const struct package_name *target = dependency->name;
	const struct package *package = installed(search, target);

	if (package && dependency_is_met_by(dependency, package))
		need(search, target);
	for (const struct package_provider *provider = target->providers;
	    provider; provider = provider->next) {
		package = provider->package;
		if (installed(search, package->owner) == package &&
		    dependency_is_met_by_provider(dependency, provider))
			need(search, package->owner);
	}
}

static void
follow_all(struct search *search, const struct package *package)
{
	struct dependencies dependencies = {
		.with_recommends = true, .with_suggests = true,
	};
	auto_error struct error ignored = {0};

	/* an unreadable field has been told when it was marked */
	dependencies_read(closure_set(search->closure), package,
	    &dependencies, &ignored);
	vector_each(dependency, &dependencies) {
		if (dependency_is_negative(dependency))
			break;
		follow(search, dependency);
	}
	vector_release(&dependencies);
}

static bool
is_root(const struct closure_mark *mark, const struct package_name *name)
{
	return mark->install && (!mark->is_automatic || mark->is_protected ||
	    name->is_essential || name->is_important);
}

void
garbage_give_up(struct closure *closure)
{
	const struct names *names = closure_names(closure);
	size_t count = package_set_name_count(closure_set(closure));
	auto_free bool *is_needed = NULL;
	struct search search = {.closure = closure};

	if (!closure_has_given_up(closure))
		return;
	search.is_needed = is_needed = memory_zeroed(count, sizeof(bool));
	vector_each(name, names)
		if (is_root(closure_mark(closure, *name), *name))
			need(&search, *name);
	while (search.open.count)
		follow_all(&search, installed(&search,
		    search.open.items[--search.open.count]));
	vector_release(&search.open);
	vector_each(name, names)
		if (closure_is_new(closure_mark(closure, *name)) &&
		    !is_needed[(*name)->number])
			closure_give_up(closure, *name);
}
