#include "plan/order.h"

#include "base/cleanup.h"
#include "base/memory.h"
#include "base/vector.h"

enum visit_state { NOT_VISITED, VISITING, VISITED };

/* Which dependencies are followed before a package takes its place. */
enum rule {
	RULE_NONE,
	RULE_PRE_DEPENDS,	/* and all of those that these need */
	RULE_ALL,
	RULE_DEPENDS,
	RULE_LAST,	/* Pre-Depends; Depends unless at the top */
};

struct sorter {
	struct closure *closure;
	const bool *is_immediate;
	bool *is_listed;
	unsigned char *states;
	enum rule first;
	enum rule second;
	unsigned depth;
	struct names names;
};

struct ranked {
	const struct package_name *name;
	int score;
};

static bool
is_essential(const struct package_name *name, bool with_apt)
{
	return name->is_essential || (with_apt && view_is(name->text, "apt"));
}

/* Flags all that the essential packages depend on by name, transitively. */
static void
flag_needed(struct closure *closure, const struct package_name *name,
    bool *flags)
{
	const struct dependencies *dependencies;

	if (!closure_mark(closure, name)->install)
		return;
	dependencies = closure_dependencies(closure, name);
	for (size_t i = 0; i < dependencies->count; i++) {
		const struct dependency *dependency = &dependencies->items[i];

		if (dependency_is_negative(dependency))
			break;
		if (dependency_is_critical(dependency) &&
		    !flags[dependency->name->number]) {
			flags[dependency->name->number] = true;
			flag_needed(closure, dependency->name, flags);
		}
	}
}

static bool *
find_immediate(struct closure *closure, bool with_apt)
{
	const struct package_set *set = closure_set(closure);
	size_t count = package_set_name_count(set);
	bool *flags = memory_zeroed(count, sizeof(*flags));

	for (size_t i = 0; i < count; i++) {
		const struct package_name *name = package_set_name_at(set, i);

		if (name->candidate && is_essential(name, with_apt)) {
			flags[i] = true;
			flag_needed(closure, name, flags);
		}
	}
	return flags;
}

static int
score(struct closure *closure, const struct package_name *name,
    const bool *is_immediate, bool with_apt)
{
	static const int by_priority[] = {0, 5, 4, 3, 1, 0};
	const struct dependencies *dependencies =
	    closure_dependencies(closure, name);
	int priority = package_priority(closure_mark(closure, name)->install);

	return (is_essential(name, with_apt) ? 200 : 0) +
	    (is_immediate[name->number] ? 10 : 0) +
	    (dependencies->count && dependencies->items[0].kind ==
	    DEPENDENCY_PRE_DEPENDS ? 50 : 0) + by_priority[priority];
}

static int
compare_ranked(const void *a, const void *b)
{
	const struct ranked *ranked_a = a, *ranked_b = b;

	if (ranked_a->score != ranked_b->score)
		return ranked_b->score - ranked_a->score;
	return package_name_compare(ranked_a->name, ranked_b->name);
}

static void
list_new(struct sorter *sorter, bool with_apt)
{
	const struct names *all = closure_names(sorter->closure);
	VECTOR(struct ranked) list = {0};

	for (size_t i = 0; i < all->count; i++)
		if (closure_is_new(closure_mark(sorter->closure, all->items[i])))
			*vector_push(&list) = (struct ranked){
				.name = all->items[i],
			};
	vector_each(item, &list)
		item->score = score(sorter->closure, item->name,
		    sorter->is_immediate, with_apt);
	vector_sort(&list, compare_ranked);
	vector_each(item, &list) {
		sorter->is_listed[item->name->number] = true;
		*vector_push(&sorter->names) = item->name;
	}
	vector_release(&list);
}

static bool
is_in_place(const struct sorter *sorter, const struct package *package)
{
	const struct closure_mark *mark =
	    closure_mark(sorter->closure, package->owner);

	return sorter->states[package->owner->number] == VISITED ?
	    mark->install == package : mark->current == package;
}

/* Something that meets it has its place already, or is installed. */
static bool
is_met(const struct sorter *sorter, const struct dependency *dependency)
{
	const struct package_provider *provider;
	const struct package *package;

	for (package = dependency->name->versions; package;
	    package = package->next)
		if (is_in_place(sorter, package) &&
		    dependency_is_met_by(dependency, package))
			return true;
	for (provider = dependency->name->providers; provider;
	    provider = provider->next)
		if (is_in_place(sorter, provider->package) &&
		    dependency_is_met_by_provider(dependency, provider))
			return true;
	return false;
}

static void visit(struct sorter *sorter, const struct package_name *name);

static void
visit_targets(struct sorter *sorter, const struct dependency *dependency)
{
	const struct package_provider *provider;
	const struct package *package =
	    closure_mark(sorter->closure, dependency->name)->install;

	if (package && dependency_is_met_by(dependency, package))
		visit(sorter, dependency->name);
	for (provider = dependency->name->providers; provider;
	    provider = provider->next) {
		package = provider->package;
		if (closure_mark(sorter->closure, package->owner)->install ==
		    package && dependency_is_met_by_provider(dependency,
		    provider))
			visit(sorter, package->owner);
	}
}

static bool
rule_applies(const struct sorter *sorter, enum rule rule,
    const struct dependency *dependency)
{
	bool is_depends = dependency->kind == DEPENDENCY_DEPENDS;

	switch (rule) {
	case RULE_PRE_DEPENDS:
		return !is_depends;
	case RULE_DEPENDS:
		return is_depends;
	case RULE_LAST:
		return !is_depends || sorter->depth != 1 ||
		    sorter->is_immediate[dependency->package->owner->number];
	default:
		return rule == RULE_ALL;
	}
}

static void
follow(struct sorter *sorter, enum rule rule,
    const struct dependency *dependency)
{
	enum rule before = sorter->first;

	if (!rule_applies(sorter, rule, dependency))
		return;
	if (rule != RULE_DEPENDS && (is_met(sorter, dependency) ||
	    sorter->states[dependency->name->number] != NOT_VISITED))
		return;
	if (rule == RULE_PRE_DEPENDS)
		sorter->first = RULE_ALL;
	visit_targets(sorter, dependency);
	sorter->first = before;
}

static void
follow_all(struct sorter *sorter, enum rule rule,
    const struct package_name *name)
{
	const struct dependencies *dependencies =
	    closure_dependencies(sorter->closure, name);

	for (size_t i = 0; i < dependencies->count; i++) {
		if (dependency_is_negative(&dependencies->items[i]))
			break;
		if (!dependency_is_critical(&dependencies->items[i]))
			continue;
		follow(sorter, rule, &dependencies->items[i]);
	}
}

static void
visit(struct sorter *sorter, const struct package_name *name)
{
	unsigned char *state = &sorter->states[name->number];
	enum rule before = sorter->first;

	if (*state != NOT_VISITED || !sorter->is_listed[name->number])
		return;
	sorter->depth++;
	*state = VISITING;
	if (sorter->is_immediate[name->number] && sorter->first != RULE_LAST)
		sorter->first = RULE_ALL;
	follow_all(sorter, sorter->first, name);
	follow_all(sorter, sorter->second, name);
	*state = VISITED;
	*vector_push(&sorter->names) = name;
	sorter->first = before;
	sorter->depth--;
}

static void
run_pass(struct sorter *sorter, enum rule first, enum rule second)
{
	struct names before = sorter->names;

	sorter->names = (struct names){0};
	sorter->first = first;
	sorter->second = second;
	vector_each(name, &before)
		sorter->states[(*name)->number] = NOT_VISITED;
	vector_each(name, &before)
		visit(sorter, *name);
	vector_release(&before);
}

void
order_make(struct closure *closure, bool with_apt, struct order *order)
{
	size_t count = package_set_name_count(closure_set(closure));
	auto_free bool *is_listed = memory_zeroed(count, sizeof(bool));
	auto_free unsigned char *states = memory_zeroed(count, 1);
	struct sorter sorter = {
		.closure = closure,
		.is_immediate = order->is_immediate =
		    find_immediate(closure, with_apt),
		.is_listed = is_listed,
		.states = states,
	};

	list_new(&sorter, with_apt);
	run_pass(&sorter, RULE_PRE_DEPENDS, RULE_DEPENDS);
	run_pass(&sorter, RULE_PRE_DEPENDS, RULE_NONE);
	run_pass(&sorter, RULE_PRE_DEPENDS, RULE_NONE);
	run_pass(&sorter, RULE_LAST, RULE_NONE);
	order->names = sorter.names;
}

void
order_release(struct order *order)
{
	vector_release(&order->names);
	free(order->is_immediate);
}
