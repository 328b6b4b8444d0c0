#include "plan/selection.h"

#include <string.h>

#include "base/cleanup.h"
#include "plan/garbage.h"

enum {
	REQUIRED = 1, IMPORTANT, STANDARD,	/* as package_priority */
};

static const struct variant variants[] = {
	{"essential", 0, NULL, false},
	{"apt", 0, NULL, true},
	{"minbase", REQUIRED, NULL, false},
	{"required", REQUIRED, NULL, false},
	{"buildd", REQUIRED, "build-essential", false},
	{"important", IMPORTANT, NULL, false},
	{"-", IMPORTANT, NULL, false},
	{"debootstrap", IMPORTANT, NULL, false},
	{"standard", STANDARD, NULL, false},
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
	while (package && !package->from_suite)
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

		has |= package->from_suite && own && own <= priority;
	}
	return has;
}

/* The only package that provides the name, if there is but one. */
static const struct package_name *
find_only_provider(const struct package_name *name)
{
	const struct package_provider *provider = name->providers;
	const struct package_name *only = NULL;

	for (; provider; provider = provider->next) {
		const struct package_name *owner = provider->package->owner;

		if (owner->candidate != provider->package || owner == only)
			continue;
		if (only)
			return NULL;
		only = owner;
	}
	return only;
}

static const struct package_name *
find_real(const struct package_set *set, const char *text, struct error *err)
{
	const struct package_name *name =
	    package_set_name(set, view_of(text));
	const struct package_name *only = find_only_provider(name);

	if (name->candidate)
		return name;
	if (only)
		return only;
	if (name->providers)
		error_usage(err, "'%s' is not a package, but something that "
		    "others provide ('" VIEW_FORMAT "' for one)", text,
		    VIEW_ARGUMENTS(name->providers->package->name));
	else
		error_usage(err, "the archive has no package '%s'", text);
	return NULL;
}

static const struct package *
find_version(const struct package_name *name, struct view version,
    struct error *err)
{
	const struct package *package = name->versions;

	for (; package; package = package->next)
		if (view_equal(package->version, version))
			return package;
	error_usage(err, "the archive has no '" VIEW_FORMAT "' of version "
	    VIEW_FORMAT ", but " VIEW_FORMAT, VIEW_ARGUMENTS(name->text),
	    VIEW_ARGUMENTS(version),
	    VIEW_ARGUMENTS(name->candidate->version));
	return NULL;
}

static int
want_version(struct marking *marking, const struct package_name *name,
    struct view version, struct error *err)
{
	const struct package *current = closure_mark(marking->closure, name)->current;
	const struct package *package = NULL;

	if (version.data)
		package = find_version(name, version, err);
	if (version.data && !package)
		return -1;
	if (package && current && package != current)
		return error_usage(err, "'" VIEW_FORMAT "' of version "
		    VIEW_FORMAT " cannot be had, since the essential packages "
		    "come with " VIEW_FORMAT, VIEW_ARGUMENTS(name->text),
		    VIEW_ARGUMENTS(version), VIEW_ARGUMENTS(current->version));
	marking_want(marking, name, package);
	return 0;
}

static bool
is_package_name(struct view text)
{
	for (size_t i = 0; i < text.length; i++)
		if (!strchr("abcdefghijklmnopqrstuvwxyz0123456789+-.",
		    text.data[i]) || !text.data[i])
			return false;
	return text.length > 0;
}

static int
want_included(struct marking *marking, const char *request, struct error *err)
{
	struct view rest = view_of(request), text;
	const struct package_name *name;
	auto_free char *string = NULL;

	view_cut(&rest, '=', &text);
	string = view_string(text);
	if (!is_package_name(text) || (rest.data && !rest.length))
		return error_usage(err, "'%s' is neither NAME nor NAME=VERSION "
		    "of a package", request);
	name = find_real(closure_set(marking->closure), string, err);
	return name ? want_version(marking, name, rest, err) : -1;
}

/* apt's hash of names, by which it walks through them (pkgCache::sHash). */
static uint32_t
apt_hash(struct view text)
{
	uint32_t hash = 5381;

	for (size_t i = 0; i < text.length; i++)
		hash = 33 * hash + (unsigned char)text.data[i];
	return hash % 196613;
}

static int
compare_hashes(const void *a, const void *b)
{
	struct view text_a = (*(const struct package_name *const *)a)->text;
	struct view text_b = (*(const struct package_name *const *)b)->text;
	uint32_t hash_a = apt_hash(text_a), hash_b = apt_hash(text_b);

	if (hash_a != hash_b)
		return hash_a < hash_b ? -1 : 1;
	return view_compare(text_a, text_b);
}

typedef bool is_selected(const struct package_name *name, int priority);

/* All that are selected, in the order in which apt finds them. */
static void
select_names(const struct package_set *set, is_selected *is_one, int priority,
    struct names *names)
{
	for (size_t i = 0; i < package_set_name_count(set); i++) {
		const struct package_name *name = package_set_name_at(set, i);

		if (name->candidate && is_one(name, priority))
			*vector_push(names) = name;
	}
	vector_sort(names, compare_hashes);
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

static void
want_all(struct marking *marking, is_selected *is_one, int priority)
{
	struct names names = {0};

	select_names(closure_set(marking->closure), is_one, priority, &names);
	vector_each(name, &names)
		marking_want(marking, *name, NULL);
	vector_release(&names);
}

/* As apt-get install does; its dist-upgrade keeps garbage. */
static void
resolve(struct marking *marking)
{
	marking_resolve(marking);
	garbage_give_up(marking->closure);
}

int
selection_want_essential(struct marking *marking,
    const struct variant *variant, const struct plan_request *request,
    struct error *err)
{
	vector_each(extra, &request->essential_extra)
		if (want_included(marking, *extra, err) < 0)
			return error_prefix(err, "the essential packages");
	resolve(marking);
	if (variant->with_apt) {
		pull_essential(marking);
		marking_resolve(marking);
	} else {
		want_all(marking, is_essential, 0);
		resolve(marking);
	}
	return 0;
}

int
selection_want_rest(struct marking *marking, const struct variant *variant,
    const struct plan_request *request, struct error *err)
{
	vector_each(include, &request->include)
		if (want_included(marking, *include, err) < 0)
			return -1;
	if (variant->also && want_included(marking, variant->also, err) < 0)
		return -1;
	want_all(marking, has_priority, variant->priority);
	resolve(marking);
	return 0;
}
