#include "repo/repository.h"

#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/digest.h"
#include "base/interrupt.h"
#include "base/memory.h"
#include "repo/distribution.h"
#include "repo/package_index.h"
#include "repo/url.h"

struct repository {
	struct repository_options options;
	struct distribution *distributions;	/* one a source */
	size_t count;
	struct package_indices indices;	/* origin->index counts in these */
};

/* The native, the foreign and, if they are apart, "all"; but for those that
 * the source is not read for. */
static void
repository_architectures(const struct repository *repository,
    const struct distribution *distribution, struct strings *architectures)
{
	const struct repository_options *options = &repository->options;

	if (distribution->source->architectures.count) {
		vector_each(chosen, &distribution->source->architectures)
			strings_add(architectures, *chosen);
	} else {
		strings_add(architectures, options->architecture);
		vector_each(foreign, &options->foreign)
			strings_add(architectures, *foreign);
	}
	if (distribution->release.has_all)
		strings_add(architectures, "all");
}

static int
repository_add_indices(struct repository *repository,
    const struct distribution *distribution, const char *component,
    struct error *err)
{
	struct package_indices *indices = &repository->indices;
	auto_strings struct strings architectures = {0};
	int found = 0;

	if (!component)
		return package_indices_add(indices, distribution, NULL,
		    repository->options.architecture, err);
	repository_architectures(repository, distribution, &architectures);
	vector_each(architecture, &architectures) {
		int more = package_indices_add(indices, distribution,
		    component, *architecture, err);

		if (more < 0)
			return -1;
		found |= more;
	}
	return found;
}

static int
repository_choose_component(struct repository *repository,
    const struct distribution *distribution, const char *component,
    struct error *err)
{
	int found = repository_add_indices(repository, distribution,
	    component, err);

	if (found < 0)
		return -1;
	if (!found && component)
		events_warn(repository->options.events, "'%s' has no "
		    "component '%s'", distribution->name, component);
	return 0;
}

/* A component that is not there is told, as apt does; all of them missing is
 * an error. */
static int
repository_choose_indices(struct repository *repository,
    const struct distribution *distribution, struct error *err)
{
	const struct source *source = distribution->source;
	size_t before = repository->indices.count;

	if (source_is_flat(source) && repository_choose_component(repository,
	    distribution, NULL, err) < 0)
		return -1;
	vector_each(component, &source->components)
		if (repository_choose_component(repository, distribution,
		    *component, err) < 0)
			return -1;
	if (repository->indices.count == before)
		return error_set(err, source_is_flat(source)
		    ? "'%s' has no index of packages"
		    : "'%s' has no packages in any of the wanted components",
		    distribution->name);
	return 0;
}

static int
repository_add_index(const struct repository *repository, size_t number,
    struct package_set *set, struct error *err)
{
	const struct package_index *index = &repository->indices.items[number];
	const struct distribution *distribution = index->distribution;
	auto_free char *path = memory_printf("%s/%s", distribution->name,
	    index->path);
	auto_buffer struct buffer text = {0};
	struct package_origin origin = {
		.suite = distribution->release.suite,
		.codename = distribution->release.codename,
		.index = (unsigned)number,
		.from_suite = distribution->from_suite,
		.pin = distribution->release.pin,
	};

	if (package_index_read(index, &text, err) < 0)
		return -1;
	return package_set_add_index(set, path, &text, &origin, err);
}

/* Absent if there is no Release that says what the archive offers. */
static void
describe_signed(const struct distribution *distribution, struct buffer *text)
{
	const char *signed_text = distribution->release.text;
	char hex[DIGEST_HEX_MAX + 1];
	struct digest *digest;

	if (!distribution->has_release) {
		buffer_text(text, " -");
		return;
	}
	digest = digest_new(DIGEST_SHA256);
	digest_add(digest, signed_text, strlen(signed_text));
	digest_finish(digest, hex);
	digest_free(digest);
	buffer_printf(text, " %s", hex);
}

static void
describe_one(const struct distribution *distribution, struct buffer *text)
{
	const struct source *source = distribution->source;
	auto_free char *uri = download_public_url(source->uri);

	buffer_printf(text, "%s%s %s", text->length ? "\n" : "", uri,
	    source->suite);
	vector_each(component, &source->components)
		buffer_printf(text, " %s", *component);
	vector_each(architecture, &source->architectures)
		buffer_printf(text, " [arch=%s]", *architecture);
	if (distribution->from_suite)
		buffer_text(text, " [suite]");
	if (distribution->allow_weak)
		buffer_text(text, " [weak]");
	describe_signed(distribution, text);
}

void
repository_describe(const struct repository *repository, struct buffer *text)
{
	for (size_t i = 0; i < repository->count; i++)
		describe_one(&repository->distributions[i], text);
}

bool
repository_is_described(const struct repository *repository)
{
	for (size_t i = 0; i < repository->count; i++)
		if (!repository->distributions[i].has_release)
			return false;
	return true;
}

bool
repository_is_outdated(const struct repository *repository)
{
	return repository->indices.is_outdated;
}

int
repository_fetch_indices(struct repository *repository, struct error *err)
{
	struct repository_options *options = &repository->options;

	if (repository->indices.count)
		return 0;
	for (size_t i = 0; i < repository->count; i++)
		if (repository_choose_indices(repository,
		    &repository->distributions[i], err) < 0)
			return -1;
	return package_indices_fetch(&repository->indices, options->cache,
	    options->downloader, err);
}

int
repository_read(struct repository *repository, struct package_set *set,
    struct error *err)
{
	if (repository_fetch_indices(repository, err) < 0)
		return -1;
	for (size_t i = 0; i < repository->indices.count; i++)
		if (interrupt_check(err) < 0 ||
		    repository_add_index(repository, i, set, err) < 0)
			return -1;
	return 0;
}

struct repository *
repository_open(const struct sources *sources, const struct suite *suite,
    const struct repository_options *options, struct error *err)
{
	struct repository *repository = memory_new(struct repository);

	repository->options = *options;
	repository->count = sources->count;
	repository->distributions =
	    memory_zeroed(sources->count, sizeof(struct distribution));
	if (distributions_read(repository->distributions, sources, suite,
	    options, err) == 0)
		return repository;
	repository_free(repository);
	return NULL;
}

void
repository_free(struct repository *repository)
{
	if (!repository)
		return;
	package_indices_release(&repository->indices);
	for (size_t i = 0; i < repository->count; i++)
		distribution_release(&repository->distributions[i]);
	free(repository->distributions);
	free(repository);
}

/* The best that the index has; no MD5 and SHA-1 unless they are allowed. */
static struct view
package_digest(const struct package *package, bool allow_weak,
    enum digest_kind *kind)
{
	const struct {
		enum digest_kind kind;
		struct view digest;
		bool is_allowed;
	} digests[] = {
		{DIGEST_SHA256, package->sha256, true},
		{DIGEST_SHA512, package->sha512, true},
		{DIGEST_SHA1, package->sha1, allow_weak},
		{DIGEST_MD5, package->md5, allow_weak},
	};

	for (size_t i = 0; i < sizeof(digests) / sizeof(*digests); i++) {
		*kind = digests[i].kind;
		if (digests[i].is_allowed && digests[i].digest.data)
			return digests[i].digest;
	}
	return (struct view){0};
}

static int
repository_locate_item(const struct repository *repository,
    struct plan_item *item, struct error *err)
{
	const struct package *package = item->package;
	const struct distribution *distribution =
	    repository->indices.items[package->origin->index].distribution;
	struct view digest = package_digest(package, distribution->allow_weak,
	    &item->kind);
	auto_free char *uri = NULL;

	if (!digest_is_hex(item->kind, digest) || !package->size)
		return error_set(err, "'%s' has no valid SHA256 and Size for "
		    "'" VIEW_FORMAT "'", distribution->name,
		    VIEW_ARGUMENTS(package->name));
	uri = download_public_url(distribution->source->uri);
	item->url = url_below(uri, package->filename);
	item->digest = digest;
	return 0;
}

int
repository_locate(const struct repository *repository, struct plan *plan,
    struct error *err)
{
	vector_each(item, plan)
		if (!item->url && repository_locate_item(repository, item, err) < 0)
			return -1;
	return 0;
}

/* Who is shown the archive's files. */
struct visitor {
	repository_visitor *take;
	void *context;
};

static int
visitor_take(const struct visitor *visitor,
    const struct distribution *distribution, const char *path, int fd,
    struct error *err)
{
	auto_free char *url = memory_printf("%s%s", distribution->url, path);

	if (lseek(fd, 0, SEEK_SET) < 0)
		return error_errno(err, "seek");
	return visitor->take(visitor->context, url, fd, err);
}

int
repository_each_file(const struct repository *repository,
    repository_visitor *take, void *context, struct error *err)
{
	const struct visitor visitor = {take, context};

	for (size_t i = 0; i < repository->count; i++) {
		const struct distribution *distribution =
		    &repository->distributions[i];

		for (int file = 0; file < DISTRIBUTION_FILES; file++)
			if (distribution->files[file] > 0 &&
			    visitor_take(&visitor, distribution,
			    distribution_files[file],
			    distribution->files[file], err) < 0)
				return -1;
	}
	vector_each(index, &repository->indices)
		if (index->fd >= 0 && visitor_take(&visitor,
		    index->distribution, index->path, index->fd, err) < 0)
			return -1;
	return 0;
}
