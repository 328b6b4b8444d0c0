#include "plan/dependency.h"

static void
bind(const struct package_set *set, struct dependency *dependency)
{
	struct view architecture = dependency->relation.architecture;

	dependency->name = package_set_name(set, dependency->relation.name);
	dependency->is_any = view_is(architecture, "any");
	dependency->is_native = !architecture.data ||
	    view_is(architecture, "native") ||
	    view_is(architecture, package_set_architecture(set));
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
		struct dependency *dependency = vector_push(dependencies);

		*dependency = *common;
		dependency->relation = *relation;
		bind(set, dependency);
	}
	return 0;
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
	return 0;
}

static bool
may_mean(const struct dependency *dependency, const struct package *package)
{
	if (dependency_is_negative(dependency) &&
	    dependency->package->owner == package->owner)
		return false;
	return dependency->is_native || (dependency->is_any &&
	    view_is(package->multi_arch, "allowed"));
}

bool
dependency_is_met_by(const struct dependency *dependency,
    const struct package *package)
{
	return may_mean(dependency, package) &&
	    relation_allows(&dependency->relation, package->version);
}

bool
dependency_is_met_by_provider(const struct dependency *dependency,
    const struct package_provider *provider)
{
	return may_mean(dependency, provider->package) &&
	    relation_allows(&dependency->relation, provider->version);
}
