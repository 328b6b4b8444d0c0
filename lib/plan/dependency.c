#include "plan/dependency.h"

/* Of the depending package's own architecture unless it says another. */
static const struct package_name *
find_target(const struct package_set *set, const struct package *package,
    const struct relation *relation)
{
	struct view architecture = relation->architecture.data
	    ? relation->architecture : package->owner->architecture;

	return package_set_name_of(set, relation->name, architecture);
}

static void
add_elsewhere(const struct package_set *set,
    const struct dependency *dependency, struct dependencies *dependencies)
{
	const struct strings *architectures = package_set_architectures(set);
	struct dependency other = *dependency;

	for (size_t i = 0; i < architectures->count; i++) {
		if (i == dependency->package->owner->rank)
			continue;
		other.name = package_set_name_of(set, other.relation.name,
		    view_of(architectures->items[i]));
		if (other.name->number)
			*vector_push(dependencies) = other;
	}
}

static int
add_field(const struct package_set *set, struct view field,
    const struct dependency *common, struct dependencies *dependencies,
    struct error *err)
{
	auto_relations struct relations relations = {0};

	if (relations_parse(field, &relations, err) < 0)
		return -1;
	vector_each(relation, &relations) {
		struct dependency dependency = *common;

		dependency.relation = *relation;
		dependency.name = find_target(set, common->package, relation);
		*vector_push(dependencies) = dependency;
		if (dependency_is_negative(common) &&
		    !relation->architecture.data)
			add_elsewhere(set, &dependency, dependencies);
	}
	return 0;
}

static void
add_implied(const struct package_set *set, const struct package *package,
    struct dependencies *dependencies)
{
	bool is_same = view_is(package->multi_arch, "same");
	struct dependency implied = {
		.kind = is_same ? DEPENDENCY_BREAKS : DEPENDENCY_CONFLICTS,
		.relation = {
			.name = package->name,
			.operator = is_same ? RELATION_NE : RELATION_ANY,
			.version = package->version,
		},
		.package = package,
		.is_implied = true,
	};

	add_elsewhere(set, &implied, dependencies);
}

int
dependencies_read(const struct package_set *set,
    const struct package *package, struct dependencies *dependencies,
    struct error *err)
{
	const struct view fields[] = {
		[DEPENDENCY_PRE_DEPENDS] = package->pre_depends,
		[DEPENDENCY_DEPENDS] = package->depends,
		[DEPENDENCY_RECOMMENDS] = dependencies->with_recommends
		    ? package->recommends : (struct view){0},
		[DEPENDENCY_SUGGESTS] = dependencies->with_suggests
		    ? package->suggests : (struct view){0},
		[DEPENDENCY_CONFLICTS] = package->conflicts,
		[DEPENDENCY_BREAKS] = package->breaks,
	};
	struct dependency common = {.package = package};

	for (int kind = 0; kind <= DEPENDENCY_BREAKS; kind++) {
		common.kind = (enum dependency_kind)kind;
		if (add_field(set, fields[kind], &common, dependencies,
		    err) < 0)
			return error_prefix(err, "package '" VIEW_FORMAT "'",
			    VIEW_ARGUMENTS(package->name));
	}
	add_implied(set, package, dependencies);
	return 0;
}

static bool
is_same_group(const struct package *a, const struct package *b)
{
	return view_equal(a->name, b->name);
}

bool
dependency_is_met_by(const struct dependency *dependency,
    const struct package *package)
{
	const struct package *own = dependency->package;

	if (dependency_is_negative(dependency) &&
	    is_same_group(own, package) && (own->owner == package->owner ||
	    (view_is(own->multi_arch, "same") && !dependency->is_implied)))
		return false;
	return relation_allows(&dependency->relation, package->version);
}

bool
dependency_is_met_by_provider(const struct dependency *dependency,
    const struct package_provider *provider)
{
	if (dependency_is_negative(dependency) && (dependency->is_implied ||
	    is_same_group(dependency->package, provider->package)))
		return false;
	return relation_allows(&dependency->relation, provider->version);
}
