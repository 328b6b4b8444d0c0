#include "plan/inclusion.h"

#include <string.h>

#include "base/cleanup.h"
#include "plan/pattern.h"
#include "plan/release_choice.h"

struct inclusion {
	const char *text;	/* all of it */
	const struct package_name *name;
	struct view version;
	struct view release;
	bool is_removal;
};

void
inclusions_split(struct strings *inclusions, const char *text)
{
	if (pattern_is_meant(text))
		strings_add(inclusions, text);
	else
		strings_split(inclusions, text, ", \t\n");
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

/* Without an architecture the first that has it, the native one above all. */
static const struct package_name *
find_name(const struct package_set *set, struct view base,
    struct view architecture)
{
	const struct package_name *name =
	    package_set_name_of(set, base, architecture);

	if (name->candidate || architecture.data)
		return name;
	vector_each(foreign, package_set_architectures(set)) {
		const struct package_name *other =
		    package_set_name_of(set, base, view_of(*foreign));

		if (other->candidate)
			return other;
	}
	return name;
}

static const struct package_name *
find_real(const struct closure *closure, struct view text, struct error *err)
{
	struct mentions *mentions = closure_mentions(closure);
	const struct package_set *set = closure_set(closure);
	struct view rest = text, base;
	const struct package_name *name, *only;

	view_cut(&rest, ':', &base);
	name = find_name(set, base, rest);
	only = find_only_provider(name);
	if (name->candidate)
		return name;
	/* what only would serve there as well apt does not know of there
	 * unless something of there speaks of it */
	if (only && (!view_equal(only->base, base) ||
	    mentions_has(mentions, name)))
		return only;
	if (name->providers && !only)
		error_usage(err, "'" VIEW_FORMAT "' is not a package, but "
		    "something that others provide ('" VIEW_FORMAT
		    "' for one)", VIEW_ARGUMENTS(text),
		    VIEW_ARGUMENTS(name->providers->package->owner->text));
	else
		error_usage(err, "the archive has no package '" VIEW_FORMAT
		    "'", VIEW_ARGUMENTS(text));
	return NULL;
}

static bool
is_package_name(struct view text)
{
	for (size_t i = 0; i < text.length; i++)
		if (!text.data[i] ||
		    !strchr("abcdefghijklmnopqrstuvwxyz0123456789+-.:",
		    text.data[i]))
			return false;
	return text.length > 0;
}

/* A final sign is none if a package is called so. */
static void
cut_sign(const struct package_set *set, struct view *text,
    struct inclusion *inclusion)
{
	char last = text->length ? text->data[text->length - 1] : '\0';
	struct view rest = *text, base;

	view_cut(&rest, ':', &base);
	if ((last != '-' && last != '+') ||
	    find_name(set, base, rest)->candidate)
		return;
	inclusion->is_removal = last == '-';
	text->length--;
}

static int
inclusion_parse(const struct closure *closure, const char *text,
    struct inclusion *inclusion, struct error *err)
{
	size_t length = strcspn(text, "=/");
	struct view name = {text, length};
	struct view rest = view_of(text[length] ? text + length + 1 : NULL);

	*inclusion = (struct inclusion){.text = text};
	if (!rest.data)
		cut_sign(closure_set(closure), &name, inclusion);
	if (text[length] == '=')
		inclusion->version = rest;
	else
		inclusion->release = rest;
	if (!is_package_name(name) || (rest.data && !rest.length))
		return error_usage(err, "'%s' is neither NAME, NAME:ARCH, "
		    "NAME=VERSION, NAME/RELEASE nor NAME- of a package", text);
	inclusion->name = find_real(closure, name, err);
	return inclusion->name ? 0 : -1;
}

static bool
is_version(const struct inclusion *inclusion, const struct package *package)
{
	struct view wanted = inclusion->version;

	if (wanted.data[wanted.length - 1] != '*')
		return view_equal(package->version, wanted);
	wanted.length--;
	return package->version.length >= wanted.length &&
	    !memcmp(package->version.data, wanted.data, wanted.length);
}

static const struct package *
find_version(const struct inclusion *inclusion, struct error *err)
{
	const struct package *package = inclusion->name->versions;

	for (; package; package = package->next)
		if (is_version(inclusion, package))
			return package;
	error_usage(err, "the archive has no '" VIEW_FORMAT "' of version "
	    VIEW_FORMAT ", but " VIEW_FORMAT,
	    VIEW_ARGUMENTS(inclusion->name->text),
	    VIEW_ARGUMENTS(inclusion->version),
	    VIEW_ARGUMENTS(inclusion->name->candidate->version));
	return NULL;
}

static const struct package *
find_released(const struct inclusion *inclusion, struct error *err)
{
	const struct package *package =
	    release_choice_find(inclusion->name, inclusion->release);

	if (!package)
		error_usage(err, "'" VIEW_FORMAT "' is not in a release '"
		    VIEW_FORMAT "'; the candidate is " VIEW_FORMAT,
		    VIEW_ARGUMENTS(inclusion->name->text),
		    VIEW_ARGUMENTS(inclusion->release),
		    VIEW_ARGUMENTS(inclusion->name->candidate->version));
	return package;
}

static int
want(struct marking *marking, const struct inclusion *inclusion,
    struct error *err)
{
	const struct package *current =
	    closure_mark(marking->closure, inclusion->name)->current;
	const struct package *package = NULL;

	if (inclusion->version.data || inclusion->release.data) {
		package = inclusion->version.data
		    ? find_version(inclusion, err)
		    : find_released(inclusion, err);
		if (!package)
			return -1;
	}
	if (package && current && package != current)
		return error_usage(err, "'" VIEW_FORMAT "' of version "
		    VIEW_FORMAT " cannot be had, since the essential packages "
		    "come with " VIEW_FORMAT,
		    VIEW_ARGUMENTS(inclusion->name->text),
		    VIEW_ARGUMENTS(package->version),
		    VIEW_ARGUMENTS(current->version));
	marking_want(marking, inclusion->name, package);
	return 0;
}

static int
keep_out(struct marking *marking, const struct inclusion *inclusion,
    struct error *err)
{
	if (closure_mark(marking->closure, inclusion->name)->current)
		return error_usage(err, "'%s' cannot be kept out, since the "
		    "essential packages need it", inclusion->text);
	marking_exclude(marking, inclusion->name);
	return 0;
}

static int
want_pattern(struct marking *marking, const char *text, struct error *err)
{
	const struct package_set *set = closure_set(marking->closure);
	struct pattern *pattern = pattern_parse(text, err);
	struct names names = {0};

	if (!pattern)
		return -1;
	for (size_t i = 0; i < package_set_name_count(set); i++) {
		const struct package_name *name = package_set_name_at(set, i);

		if (pattern_matches(pattern, name))
			*vector_push(&names) = name;
	}
	pattern_free(pattern);
	if (!names.count)
		return error_usage(err, "the apt pattern '%s' means no "
		    "package", text);
	names_sort_by_hash(&names);
	vector_each(name, &names)
		marking_want(marking, *name, NULL);
	vector_release(&names);
	return 0;
}

/* apt does these one after the other, each for all that is asked for. */
enum step { STEP_KEEP_OUT, STEP_WANT, STEP_SPREAD };

static int
take_step(struct marking *marking, const struct inclusion *inclusion,
    enum step step, struct error *err)
{
	if (inclusion->is_removal)
		return step == STEP_KEEP_OUT
		    ? keep_out(marking, inclusion, err) : 0;
	if (step == STEP_WANT)
		return want(marking, inclusion, err);
	if (step == STEP_SPREAD && inclusion->release.data)
		release_choice_spread(marking->closure,
		    closure_mark(marking->closure, inclusion->name)->install,
		    inclusion->release);
	return 0;
}

static int
take_one(struct marking *marking, const char *text, enum step step,
    struct error *err)
{
	struct inclusion inclusion;

	if (pattern_is_meant(text))
		return step == STEP_WANT
		    ? want_pattern(marking, text, err) : 0;
	if (inclusion_parse(marking->closure, text, &inclusion,
	    err) < 0)
		return -1;
	return take_step(marking, &inclusion, step, err);
}

static int
take_all(struct marking *marking, const struct strings *inclusions,
    enum step step, struct error *err)
{
	vector_each(text, inclusions)
		if (take_one(marking, *text, step, err) < 0)
			return -1;
	return 0;
}

int
inclusions_want(struct marking *marking, const struct strings *inclusions,
    struct error *err)
{
	if (take_all(marking, inclusions, STEP_KEEP_OUT, err) < 0)
		return -1;
	return take_all(marking, inclusions, STEP_WANT, err);
}

int
inclusions_spread(struct marking *marking, const struct strings *inclusions,
    struct error *err)
{
	return take_all(marking, inclusions, STEP_SPREAD, err);
}
