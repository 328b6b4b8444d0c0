#include "plan/refusal.h"

#include "base/cleanup.h"

enum { CHAIN_MAX = 12 };

static const char *const negative_verbs[] = {
	[DEPENDENCY_CONFLICTS] = "conflicts with",
	[DEPENDENCY_BREAKS] = "breaks",
};

static const struct package *
meets_in_archive(const struct dependency *dependency)
{
	const struct package_name *name = dependency->name;
	const struct package_provider *provider;

	if (name->candidate && dependency_is_met_by(dependency,
	    name->candidate))
		return name->candidate;
	for (provider = name->providers; provider; provider = provider->next)
		if (provider->package == provider->package->owner->candidate &&
		    dependency_is_met_by_provider(dependency, provider))
			return provider->package;
	return NULL;
}

static const struct package *
group_in_archive(const struct dependency *group)
{
	const struct dependency *end = dependency_group_end(group);
	const struct package *package = NULL;

	for (; group < end && !package; group++)
		package = meets_in_archive(group);
	return package;
}

static bool
group_is_met(const struct closure *closure, const struct dependency *group)
{
	const struct dependency *end = dependency_group_end(group);

	for (; group < end; group++)
		if (closure_meets(closure, group))
			return true;
	return false;
}

static void
add_group(struct buffer *text, const struct dependency *group)
{
	const struct dependency *end = dependency_group_end(group);

	for (const struct dependency *member = group; member < end; member++) {
		auto_free char *relation = relation_text(&member->relation);

		buffer_printf(text, "%s%s", member == group ? "" : " | ",
		    relation);
	}
}

static void
add_missing(struct buffer *text, const struct dependency *group)
{
	const struct package *has = group->name->candidate;

	buffer_text(text, " depends on '");
	add_group(text, group);
	if (group->relation.or_next)
		buffer_text(text, "', none of which the archive has");
	else if (has)
		buffer_printf(text, "', but the archive has '" VIEW_FORMAT
		    "' " VIEW_FORMAT, VIEW_ARGUMENTS(has->name),
		    VIEW_ARGUMENTS(has->version));
	else if (group->name->providers)
		buffer_text(text, "', which nothing in the archive provides "
		    "in such a version");
	else
		buffer_text(text, "', which the archive does not have");
}

/* What is to be installed and excludes the package, if anything does. */
static const struct dependency *
find_opponent(struct closure *closure, const struct package *package)
{
	const struct names *names = closure_names(closure);

	for (size_t i = 0; i < names->count; i++) {
		const struct package_name *name = names->items[i];
		const struct dependencies *dependencies;

		if (!closure_mark(closure, name)->install)
			continue;
		dependencies = closure_dependencies(closure, name);
		dependency_groups(group, dependencies)
			if (dependency_is_negative(group) &&
			    meets_in_archive(group) == package)
				return group;
	}
	return NULL;
}

static void
add_conflict(struct closure *closure, struct buffer *text,
    const struct package *package, const struct dependencies *dependencies)
{
	const struct dependency *opponent;

	dependency_groups(group, dependencies) {
		const struct package *other = closure_meets(closure, group);

		if (dependency_is_negative(group) && other) {
			buffer_printf(text, " %s '" VIEW_FORMAT "'",
			    negative_verbs[group->kind],
			    VIEW_ARGUMENTS(other->name));
			return;
		}
	}
	opponent = find_opponent(closure, package);
	if (opponent)
		buffer_printf(text, " '" VIEW_FORMAT "' %s",
		    VIEW_ARGUMENTS(opponent->package->name),
		    negative_verbs[opponent->kind]);
	else
		buffer_text(text, " cannot be installed with the rest");
}

static const struct dependency *
find_missing(const struct dependencies *dependencies)
{
	dependency_groups(group, dependencies)
		if (!dependency_is_negative(group) && !group_in_archive(group))
			return group;
	return NULL;
}

static const struct dependency *
find_refused(struct closure *closure, const struct dependencies *dependencies)
{
	dependency_groups(group, dependencies)
		if (!dependency_is_negative(group) &&
		    !group_is_met(closure, group) && closure_mark(closure,
		    group_in_archive(group)->owner)->is_refused)
			return group;
	return NULL;
}

/* Goes on with "'…'" for a package that was not to be had. */
static void
add_chain(struct closure *closure, struct buffer *text,
    const struct package *package, int depth)
{
	struct dependencies dependencies = {0};
	const struct dependency *missing, *refused = NULL;
	auto_error struct error ignored = {0};

	buffer_printf(text, " needs '" VIEW_FORMAT "', which",
	    VIEW_ARGUMENTS(package->name));
	dependencies_read(closure_set(closure), package, &dependencies,
	    &ignored);
	missing = find_missing(&dependencies);
	if (!missing && depth < CHAIN_MAX)
		refused = find_refused(closure, &dependencies);
	if (missing)
		add_missing(text, missing);
	else if (refused)
		add_chain(closure, text, group_in_archive(refused), depth + 1);
	else
		add_conflict(closure, text, package, &dependencies);
	vector_release(&dependencies);
}

/* "'a' needs 'b', which", from what was wanted down to the package. */
static void
add_parents(struct closure *closure, struct buffer *text,
    const struct package *package, int depth)
{
	const struct package *parent =
	    closure_mark(closure, package->owner)->parent;

	if (parent && depth < CHAIN_MAX) {
		add_parents(closure, text, parent, depth + 1);
		buffer_printf(text, " needs '" VIEW_FORMAT "', which",
		    VIEW_ARGUMENTS(package->name));
	} else {
		buffer_printf(text, "'" VIEW_FORMAT "'",
		    VIEW_ARGUMENTS(package->name));
	}
}

static int
refuse_group(struct closure *closure, const struct dependency *group,
    struct error *err)
{
	const struct package *other = closure_meets(closure, group);
	struct buffer text = {0};

	add_parents(closure, &text, group->package, 0);
	if (dependency_is_negative(group)) {
		buffer_printf(&text, " %s '" VIEW_FORMAT "'",
		    negative_verbs[group->kind], VIEW_ARGUMENTS(other->name));
		other = closure_mark(closure, other->owner)->parent;
		if (other)
			buffer_printf(&text, ", which '" VIEW_FORMAT "' needs",
			    VIEW_ARGUMENTS(other->name));
	} else if (!group_in_archive(group)) {
		add_missing(&text, group);
	} else {
		add_chain(closure, &text, group_in_archive(group), 0);
	}
	error_set(err, "%s", text.data);
	buffer_release(&text);
	return -1;
}

static int
check_package(struct closure *closure, const struct package_name *name,
    struct error *err)
{
	dependency_groups(group, closure_dependencies(closure, name))
		if (group_is_met(closure, group) ==
		    dependency_is_negative(group))
			return refuse_group(closure, group, err);
	return 0;
}

int
refusal_check(struct closure *closure, struct error *err)
{
	const struct names *names = closure_names(closure);

	if (closure_is_sound(closure, err) < 0)
		return -1;
	for (size_t i = 0; i < names->count; i++)
		if (closure_mark(closure, names->items[i])->install &&
		    check_package(closure, names->items[i], err) < 0)
			return -1;
	return 0;
}
