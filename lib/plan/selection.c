#include "plan/selection.h"

#include <string.h>

#include "base/cleanup.h"
#include "plan/garbage.h"
#include "plan/inclusion.h"

enum {
	REQUIRED = 1, IMPORTANT, STANDARD,	/* as package_priority */
};

static const struct variant variants[] = {
	{.name = "extract", .is_include_only = true, .is_unpacked_only = true},
	{.name = "custom", .is_include_only = true},
	{.name = "essential"},
	{.name = "apt", .with_apt = true},
	{.name = "minbase", .priority = REQUIRED},
	{.name = "required", .priority = REQUIRED},
	{.name = "buildd", .priority = REQUIRED, .also = "build-essential"},
	{.name = "important", .priority = IMPORTANT},
	{.name = "-", .priority = IMPORTANT},
	{.name = "debootstrap", .priority = IMPORTANT},
	{.name = "standard", .priority = STANDARD},
};

enum { VARIANT_COUNT = sizeof(variants) / sizeof(variants[0]) };

static const struct variant *
find_variant(const char *name)
{
	for (size_t i = 0; i < VARIANT_COUNT; i++)
		if (strcmp(variants[i].name, name) == 0)
			return &variants[i];
	return NULL;
}

bool
plan_variant_is_known(const char *variant)
{
	return find_variant(variant) != NULL;
}

const struct variant *
selection_variant(const char *name, struct error *err)
{
	const struct variant *variant = find_variant(name);
	struct buffer known = {0};

	if (variant)
		return variant;
	for (size_t i = 0; i < VARIANT_COUNT; i++)
		buffer_printf(&known, "%s%s", i ? ", " : "", variants[i].name);
	error_usage(err, "unknown variant '%s'; there are %s", name,
	    known.data);
	buffer_release(&known);
	return NULL;
}

/* Essential, and some version of it is in the suite itself. */
static bool
is_essential(const struct package_name *name, int priority)
{
	const struct package *package = name->versions;

	(void)priority;
	while (package && !package->origin->from_suite)
		package = package->next;
	return name->is_essential && package;
}

/* Some version in the suite itself has this priority or a higher one. */
static bool
has_priority(const struct package_name *name, int priority)
{
	const struct package *package = name->versions;
	bool has = false;

	for (; package && !name->is_essential; package = package->next) {
		int own = package_priority(package);

		has |= package->origin->from_suite && own && own <= priority;
	}
	return has;
}

typedef bool is_selected(const struct package_name *name, int priority);

/* All that are selected, in the order in which apt finds them. */
static void
select_names(const struct package_set *set, is_selected *is_one, int priority,
    struct names *names)
{
	for (size_t i = 0; i < package_set_name_count(set); i++) {
		const struct package_name *name = package_set_name_at(set, i);

		if (name->candidate && name->rank == 0 &&
		    is_one(name, priority))
			*vector_push(names) = name;
	}
	names_sort_by_hash(names);
}

static bool
is_essential_to_apt(const struct package_name *name, int priority)
{
	(void)priority;
	return name->is_essential || view_is(name->text, "apt");
}

/* As apt's dist-upgrade of nothing does, with itself among the essential. */
static void
pull_essential(struct marking *marking)
{
	struct names names = {0};

	select_names(closure_set(marking->closure), is_essential_to_apt, 0, &names);
	vector_each(name, &names)
		marking_pull(marking, *name);
	vector_release(&names);
}

static bool
is_excluded(const struct plan_request *request,
    const struct package_name *name)
{
	vector_each(exclude, &request->exclude)
		if (view_is(name->text, *exclude))
			return true;
	return false;
}

static void
want_all(struct marking *marking, is_selected *is_one, int priority,
    const struct plan_request *request)
{
	struct names names = {0};

	select_names(closure_set(marking->closure), is_one, priority, &names);
	vector_each(name, &names)
		if (!is_excluded(request, *name))
			marking_want(marking, *name, NULL);
	vector_release(&names);
}

static void
exclude_all(struct marking *marking, const struct plan_request *request)
{
	vector_each(exclude, &request->exclude) {
		const struct package_name *name = package_set_name(
		    closure_set(marking->closure), view_of(*exclude));

		if (name->number)
			marking_exclude(marking, name);
	}
}

/* As apt-get install does; its dist-upgrade keeps garbage. */
static void
resolve(struct marking *marking)
{
	marking_resolve(marking);
	garbage_give_up(marking->closure);
}

/* One call of apt-get install: what is included, and what is selected. */
static int
install(struct marking *marking, const struct strings *inclusions,
    const struct variant *variant, const struct plan_request *request,
    struct error *err)
{
	exclude_all(marking, request);
	if (inclusions_want(marking, inclusions, err) < 0)
		return -1;
	if (variant->priority)
		want_all(marking, has_priority, variant->priority, request);
	if (inclusions_spread(marking, inclusions, err) < 0)
		return -1;
	resolve(marking);
	return 0;
}

int
selection_want_essential(struct marking *marking,
    const struct variant *variant, const struct plan_request *request,
    struct error *err)
{
	static const struct variant nothing;

	if (variant->is_include_only)
		return install(marking, &request->include, &nothing, request,
		    err);
	if (install(marking, &request->essential_extra, &nothing, request,
	    err) < 0)
		return error_prefix(err, "the essential packages");
	if (variant->with_apt) {
		pull_essential(marking);
		marking_resolve(marking);
	} else {
		want_all(marking, is_essential, 0, request);
		resolve(marking);
	}
	return 0;
}

int
selection_want_rest(struct marking *marking, const struct variant *variant,
    const struct plan_request *request, struct error *err)
{
	auto_strings struct strings inclusions = {0};

	if (variant->is_include_only)
		return 0;
	vector_each(include, &request->include)
		strings_add(&inclusions, *include);
	if (variant->also)
		strings_add(&inclusions, variant->also);
	return install(marking, &inclusions, variant, request, err);
}
