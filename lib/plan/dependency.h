/*
 * dependency: the relations of one package that decide what is installed with
 * it, bound to the names of a package_set. Pre-Depends, Depends and, if the
 * reader wants to know of them, Recommends and Suggests ask for something,
 * Conflicts and Breaks exclude it; in this order, as written.
 */
#ifndef PLAN_DEPENDENCY_H
#define PLAN_DEPENDENCY_H

#include "plan/package_set.h"
#include "plan/relation.h"

enum dependency_kind {
	DEPENDENCY_PRE_DEPENDS,
	DEPENDENCY_DEPENDS,
	DEPENDENCY_RECOMMENDS,
	DEPENDENCY_SUGGESTS,
	DEPENDENCY_CONFLICTS,
	DEPENDENCY_BREAKS,
};

struct dependency {
	enum dependency_kind kind;
	struct relation relation;
	const struct package *package;	/* whose it is */
	const struct package_name *name;
	bool is_implied;	/* by Multi-Arch: nobody wrote it */
};

struct dependencies {
	struct dependency *items;
	size_t count;
	size_t capacity;
	bool with_recommends;	/* to be set before reading */
	bool with_suggests;
};

int dependencies_read(const struct package_set *set,
    const struct package *package, struct dependencies *dependencies,
    struct error *err);

static inline bool
dependency_is_negative(const struct dependency *dependency)
{
	return dependency->kind >= DEPENDENCY_CONFLICTS;
}

/* Without it the package cannot be there. */
static inline bool
dependency_is_critical(const struct dependency *dependency)
{
	return dependency->kind != DEPENDENCY_RECOMMENDS &&
	    dependency->kind != DEPENDENCY_SUGGESTS;
}

/* The first dependency after the group of alternatives that starts here. */
static inline const struct dependency *
dependency_group_end(const struct dependency *dependency)
{
	while (dependency->relation.or_next)
		dependency++;
	return dependency + 1;
}

#define dependency_groups(group, dependencies) \
	for (const struct dependency *group = (dependencies)->items, \
	    *end_ = group ? group + (dependencies)->count : NULL; \
	    group < end_; group = dependency_group_end(group))

/*
 * Is it what the dependency means, by its own name or by a Provides? A package
 * never conflicts with another version of itself, nor through what it
 * provides.
 */
bool dependency_is_met_by(const struct dependency *dependency,
    const struct package *package);
bool dependency_is_met_by_provider(const struct dependency *dependency,
    const struct package_provider *provider);

#endif
