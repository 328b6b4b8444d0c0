#include "repo/source.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/memory.h"
#include "repo/source_file.h"
#include "repo/url.h"

static const char apt_directory[] = "/etc/apt";

bool
source_uri_is_known(const char *uri)
{
	static const char *const schemes[] = {
		"http://", "https://", "file:/", "copy:/",
	};

	for (size_t i = 0; i < sizeof(schemes) / sizeof(*schemes); i++)
		if (view_starts(view_of(uri), schemes[i]))
			return true;
	return false;
}

bool
source_is_flat(const struct source *source)
{
	return view_ends(view_of(source->suite), "/");
}

static bool
text_is(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

static char *
uri_without_slash(const char *uri)
{
	struct view view = view_of(uri);

	while (view_ends(view, "/"))
		view.length--;
	return view_string(view);
}

static bool
strings_are(const struct strings *a, const struct strings *b)
{
	for (size_t i = 0; i < a->count && i < b->count; i++)
		if (strcmp(a->items[i], b->items[i]))
			return false;
	return a->count == b->count;
}

static struct source *
sources_find(struct sources *sources, const char *uri,
    const struct source *like)
{
	vector_each(source, sources)
		if (!strcmp(source->uri, uri) &&
		    !strcmp(source->suite, like->suite) &&
		    text_is(source->signed_by, like->signed_by) &&
		    strings_are(&source->architectures,
		    &like->architectures) &&
		    source->trusted == like->trusted)
			return source;
	return NULL;
}

void
sources_add(struct sources *sources, const struct source *source)
{
	auto_free char *uri = uri_without_slash(source->uri);
	struct source *place = sources_find(sources, uri, source);

	if (!place) {
		place = vector_push(sources);
		*place = *source;
		place->uri = steal_pointer(&uri);
		place->suite = memory_string(source->suite);
		place->signed_by = memory_string(source->signed_by);
		place->components = (struct strings){0};
		place->architectures = (struct strings){0};
		vector_each(architecture, &source->architectures)
			strings_add(&place->architectures, *architecture);
	}
	vector_each(component, &source->components)
		if (!strings_has(&place->components, *component))
			strings_add(&place->components, *component);
}

static void
source_release(struct source *source)
{
	free(source->uri);
	free(source->suite);
	free(source->signed_by);
	strings_release(&source->components);
	strings_release(&source->architectures);
}

/* Is it signed by the archive's own keys? All of their files' names start
 * alike: debian-archive-keyring.gpg, debian-archive-bookworm-stable.asc. */
static bool
source_is_own(const struct source *source, const struct suite *suite)
{
	const char *dash = strrchr(suite->keyring, '-');
	size_t length = dash ? (size_t)(dash - suite->keyring) + 1
	    : strlen(suite->keyring);
	const char *slash;

	if (!source->signed_by)
		return true;
	slash = strrchr(source->signed_by, '/');
	return slash && !strncmp(slash + 1, suite->keyring, length);
}

/* A stranger's archive may carry a suite of the same name. */
static void
sources_drop_strangers(struct sources *sources, const struct suite *suite)
{
	bool has_own = false;
	size_t kept = 0;

	vector_each(source, sources)
		has_own |= source->from_suite && source_is_own(source, suite);
	if (!has_own)
		return;
	vector_each(source, sources) {
		if (source_is_own(source, suite))
			sources->items[kept++] = *source;
		else
			source_release(source);
	}
	sources->count = kept;
}

int
sources_read_host(const struct source_filter *wanted,
    struct sources *sources, struct error *err)
{
	struct source_filter filter = *wanted;

	filter.extras &= filter.suite->is_released;
	if (source_directory_read(apt_directory, &filter, sources, err) < 0)
		return error_prefix(err, "reading apt's sources");
	sources_drop_strangers(sources, filter.suite);
	return 0;
}

/* What the source is to its own release, for another one. */
static const char *
source_counterpart(const struct source *source, const struct suite *suite)
{
	if (source->from_suite)
		return suite->codename;
	return view_ends(view_of(source->suite), "-updates")
	    ? suite->updates_suite : suite->security_suite;
}

int
sources_read_neighbour(const struct suite *host,
    const struct source_filter *wanted, struct sources *sources,
    struct error *err)
{
	struct source_filter neighbour = *wanted;
	auto_sources struct sources own = {0};

	neighbour.suite = host;
	if (sources_read_host(&neighbour, &own, err) < 0)
		return -1;
	vector_each(source, &own) {
		struct source other = *source;

		other.suite = (char *)source_counterpart(source,
		    wanted->suite);
		if (other.suite)
			sources_add(sources, &other);
	}
	return 0;
}

void
sources_add_official(const struct suite *suite, bool extras,
    struct sources *sources)
{
	struct source source = {
		.uri = suite->mirror,
		.suite = suite->codename,
		.components = suite->components,
		.from_suite = true,
	};

	sources_add(sources, &source);
	source.from_suite = false;
	source.suite = suite->updates_suite;
	if (extras && suite->is_released && source.suite)
		sources_add(sources, &source);
	source.uri = suite->security_mirror;
	source.suite = suite->security_suite;
	if (extras && suite->is_released && source.suite && source.uri)
		sources_add(sources, &source);
}

int
sources_add_mirror(const char *uri, const char *suite,
    const struct strings *components, struct sources *sources,
    struct error *err)
{
	auto_free char *address = url_of_operand(uri);
	struct source source = {
		.uri = address,
		.suite = (char *)suite,
		.components = *components,
		.from_suite = true,
	};

	if (!source_uri_is_known(address))
		return error_usage(err, "mirror '%s' is not an address with "
		    "http:, https:, file: or copy:, nor an absolute path", uri);
	sources_add(sources, &source);
	return 0;
}

void
sources_release(struct sources *sources)
{
	vector_each(source, sources)
		source_release(source);
	vector_release(sources);
}
