#include "plan/refusal.h"

#include "base/cleanup.h"
#include "base/memory.h"

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

static const struct package *
group_is_met_by(const struct closure *closure, const struct dependency *group)
{
	const struct dependency *end = dependency_group_end(group);
	const struct package *package = NULL;

	for (; group < end && !package; group++)
		package = closure_meets(closure, group);
	return package;
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

/* What could meet the group if nobody had asked to keep it out. */
static const struct package *
find_excluded(const struct closure *closure, const struct dependency *group)
{
	const struct dependency *end = dependency_group_end(group);

	for (; group < end; group++) {
		const struct package *package = meets_in_archive(group);

		if (package && closure_mark(closure,
		    package->owner)->is_excluded)
			return package;
	}
	return NULL;
}

static void
add_missing(const struct closure *closure, struct buffer *text,
    const struct dependency *group)
{
	const struct package *has = group->name->candidate
	    ? group->name->candidate
	    : package_set_find(closure_set(closure), group->relation.name);
	const struct package *excluded = find_excluded(closure, group);

	buffer_text(text, " depends on '");
	add_group(text, group);
	if (excluded)
		buffer_printf(text, "', but '" VIEW_FORMAT "' is excluded",
		    VIEW_ARGUMENTS(excluded->owner->text));
	else if (group->relation.or_next)
		buffer_text(text, "', none of which the archive has");
	else if (has)
		buffer_printf(text, "', but the archive has '" VIEW_FORMAT
		    "' " VIEW_FORMAT, VIEW_ARGUMENTS(has->owner->text),
		    VIEW_ARGUMENTS(has->version));
	else if (group->name->providers)
		buffer_text(text, "', which nothing in the archive provides "
		    "in such a version");
	else
		buffer_text(text, "', which the archive does not have");
}

/* The archive has something for it that is not excluded. */
static bool
group_is_at_hand(const struct closure *closure, const struct dependency *group)
{
	const struct dependency *end = dependency_group_end(group);

	for (; group < end; group++) {
		const struct package *package = meets_in_archive(group);

		if (package && !closure_mark(closure,
		    package->owner)->is_excluded)
			return true;
	}
	return false;
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

/* The way from a package that was not to be had to the cause. */
struct search {
	struct closure *closure;
	bool *seen;	/* by number */
	bool for_missing;	/* else for a conflict */
	struct buffer way;
};

static bool
add_conflict(struct closure *closure, struct buffer *text,
    const struct package *package, const struct dependencies *dependencies)
{
	const struct dependency *opponent;

	dependency_groups(group, dependencies) {
		const struct package *other = closure_meets(closure, group);

		if (dependency_is_negative(group) && other) {
			buffer_printf(text, " %s '" VIEW_FORMAT "'",
			    negative_verbs[group->kind],
			    VIEW_ARGUMENTS(other->owner->text));
			return true;
		}
	}
	opponent = find_opponent(closure, package);
	if (opponent)
		buffer_printf(text, " '" VIEW_FORMAT "' %s",
		    VIEW_ARGUMENTS(opponent->package->owner->text),
		    negative_verbs[opponent->kind]);
	return opponent != NULL;
}

static bool
add_cause(struct search *search, const struct package *package,
    const struct dependencies *dependencies)
{
	if (!search->for_missing)
		return add_conflict(search->closure, &search->way, package,
		    dependencies);
	dependency_groups(group, dependencies)
		if (!dependency_is_negative(group) &&
		    !group_is_at_hand(search->closure, group)) {
			add_missing(search->closure, &search->way, group);
			return true;
		}
	return false;
}

static bool find_cause(struct search *search, const struct package *package);

static bool
find_cause_below(struct search *search,
    const struct dependencies *dependencies)
{
	dependency_groups(group, dependencies) {
		const struct package *package =
		    group_is_met_by(search->closure, group);

		if (dependency_is_negative(group))
			break;
		if (!package)
			package = group_in_archive(group);
		if (package && find_cause(search, package))
			return true;
	}
	return false;
}

/* Depth first; the way is left as it was if it leads nowhere. */
static bool
find_cause(struct search *search, const struct package *package)
{
	struct dependencies dependencies = {0};
	auto_error struct error ignored = {0};
	size_t length = search->way.length;
	bool found;

	if (search->seen[package->owner->number])
		return false;
	search->seen[package->owner->number] = true;
	buffer_printf(&search->way, " needs '" VIEW_FORMAT "', which",
	    VIEW_ARGUMENTS(package->owner->text));
	dependencies_read(closure_set(search->closure), package, &dependencies,
	    &ignored);
	found = add_cause(search, package, &dependencies) ||
	    find_cause_below(search, &dependencies);
	vector_release(&dependencies);
	if (!found)
		search->way.length = length;
	return found;
}

static bool
search_cause(struct closure *closure, const struct package *package,
    bool for_missing, struct buffer *text)
{
	size_t count = package_set_name_count(closure_set(closure));
	auto_free bool *seen = memory_zeroed(count, sizeof(*seen));
	struct search search = {
		.closure = closure,
		.seen = seen,
		.for_missing = for_missing,
	};
	bool found = find_cause(&search, package);

	buffer_add(text, search.way.data, search.way.length);
	buffer_release(&search.way);
	return found;
}

static void
add_causes(struct closure *closure, struct buffer *text,
    const struct package *package)
{
	if (!search_cause(closure, package, true, text) &&
	    !search_cause(closure, package, false, text))
		buffer_printf(text, " needs '" VIEW_FORMAT
		    "', which cannot be installed with the rest",
		    VIEW_ARGUMENTS(package->owner->text));
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
		    VIEW_ARGUMENTS(package->owner->text));
	} else {
		buffer_printf(text, "'" VIEW_FORMAT "'",
		    VIEW_ARGUMENTS(package->owner->text));
	}
}

static void
add_reason(struct closure *closure, struct buffer *text,
    const struct dependency *group)
{
	const struct package *other = group_is_met_by(closure, group);

	add_parents(closure, text, group->package, 0);
	if (!dependency_is_negative(group)) {
		if (group_is_at_hand(closure, group))
			add_causes(closure, text, group_in_archive(group));
		else
			add_missing(closure, text, group);
		return;
	}
	buffer_printf(text, " %s '" VIEW_FORMAT "'",
	    negative_verbs[group->kind], VIEW_ARGUMENTS(other->owner->text));
	other = closure_mark(closure, other->owner)->parent;
	if (other)
		buffer_printf(text, ", which '" VIEW_FORMAT "' needs",
		    VIEW_ARGUMENTS(other->owner->text));
}

/* What the archive lacks explains more than what was given up for it. */
static const struct dependency *
find_fault(struct closure *closure, const struct package_name *name)
{
	const struct dependency *fault = NULL;

	dependency_groups(group, closure_dependencies(closure, name)) {
		if (!dependency_is_critical(group) || !group_is_met_by(closure, group) ==
		    dependency_is_negative(group))
			continue;
		if (!dependency_is_negative(group) &&
		    !group_is_at_hand(closure, group))
			return group;
		if (!fault)
			fault = group;
	}
	return fault;
}

static int
refuse(struct closure *closure, const struct dependency *fault,
    struct error *err)
{
	auto_buffer struct buffer text = {0};

	add_reason(closure, &text, fault);
	return error_set(err, "%s", text.data);
}

int
refusal_check(struct closure *closure, struct error *err)
{
	const struct names *names = closure_names(closure);

	if (closure_is_sound(closure, err) < 0)
		return -1;
	for (size_t i = 0; i < names->count; i++) {
		const struct package_name *name = names->items[i];
		const struct dependency *fault = NULL;

		if (closure_mark(closure, name)->install)
			fault = find_fault(closure, name);
		if (fault)
			return refuse(closure, fault, err);
	}
	return 0;
}
