#include "repo/repository.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/digest.h"
#include "base/interrupt.h"
#include "base/memory.h"
#include "repo/cache.h"
#include "repo/distribution.h"
#include "repo/package_index.h"

struct repository {
	struct repository_options options;
	struct distribution *distributions;	/* one a source */
	size_t count;
	struct package_indices indices;	/* package->index counts in these */
};

/* A component that is not there is told, as apt does; all of them missing is
 * an error. */
static int
repository_choose_indices(struct repository *repository,
    const struct distribution *distribution, struct error *err)
{
	const struct source *source = distribution->source;
	size_t before = repository->indices.count;

	vector_each(component, &source->components) {
		bool found;

		if (package_indices_add(&repository->indices, distribution,
		    *component, repository->options.architecture, &found,
		    err) < 0)
			return -1;
		if (!found)
			events_warn(repository->options.events, "'%s' has no "
			    "component '%s'", distribution->name, *component);
	}
	if (repository->indices.count == before)
		return error_set(err, "'%s' has no packages in any of the "
		    "wanted components", distribution->name);
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

	if (package_index_read(index, &text, err) < 0)
		return -1;
	return package_set_add_index(set, path, &text, (unsigned)number,
	    distribution->source->from_suite, distribution->release.pin, err);
}

static int
repository_read(struct repository *repository, const struct sources *sources,
    const struct suite *suite, struct package_set *set, struct error *err)
{
	struct repository_options *options = &repository->options;

	if (distributions_read(repository->distributions, sources, suite,
	    options, err) < 0)
		return -1;
	for (size_t i = 0; i < repository->count; i++)
		if (repository_choose_indices(repository,
		    &repository->distributions[i], err) < 0)
			return -1;
	if (package_indices_fetch(&repository->indices, options->cache,
	    options->downloader, err) < 0)
		return -1;
	for (size_t i = 0; i < repository->indices.count; i++)
		if (interrupt_check(err) < 0 ||
		    repository_add_index(repository, i, set, err) < 0)
			return -1;
	return 0;
}

struct repository *
repository_open(const struct sources *sources, const struct suite *suite,
    const struct repository_options *options, struct package_set *set,
    struct error *err)
{
	struct repository *repository = memory_new(struct repository);

	repository->options = *options;
	repository->count = sources->count;
	repository->distributions =
	    memory_zeroed(sources->count, sizeof(struct distribution));
	if (repository_read(repository, sources, suite, set, err) == 0)
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

/* One .deb of a plan. */
struct fetch_item {
	const struct fetch *fetch;
	const struct plan_item *planned;
	char *url;
	char *sha256;
	int fd;
};

struct fetch {
	const struct repository *repository;
	const struct plan *plan;
	int (*ready)(void *context, size_t item, int fd, struct error *err);
	void *context;
	struct fetch_item *items;
	size_t count;
	struct downloads downloads;
};

static void
fetch_release(struct fetch *fetch)
{
	for (size_t i = 0; i < fetch->count; i++) {
		free(fetch->items[i].url);
		free(fetch->items[i].sha256);
		cleanup_close(&fetch->items[i].fd);
	}
	free(fetch->items);
	vector_release(&fetch->downloads);
}

/* Filename is a path, not a URL: what means something in URLs is quoted. */
static char *
package_url(const struct source *source, struct view filename)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/+:@!$&'()*,;=";
	struct buffer url = {0};

	buffer_printf(&url, "%s/", source->uri);
	for (size_t i = 0; i < filename.length; i++) {
		unsigned char c = (unsigned char)filename.data[i];

		if (c && strchr(plain, c))
			buffer_add(&url, &c, 1);
		else
			buffer_printf(&url, "%%%02X", c);
	}
	return buffer_steal(&url);
}

static int
fetch_item_prepare(struct fetch_item *item, struct error *err)
{
	const struct package *package = item->planned->package;
	const struct package_indices *indices =
	    &item->fetch->repository->indices;
	const struct distribution *distribution =
	    indices->items[package->index].distribution;

	if (!digest_is_hex(DIGEST_SHA256, package->sha256) || !package->size)
		return error_set(err, "'%s' has no valid SHA256 and Size for "
		    "'" VIEW_FORMAT "'", distribution->name,
		    VIEW_ARGUMENTS(package->name));
	item->url = package_url(distribution->source, package->filename);
	item->sha256 = view_string(package->sha256);
	return 0;
}

/* The first stage first, and in each the largest, so that unpacking in
 * parallel does not end with waiting for one. */
static int
fetch_item_compare(const void *a, const void *b)
{
	const struct plan_item *one = ((const struct fetch_item *)a)->planned;
	const struct plan_item *other =
	    ((const struct fetch_item *)b)->planned;
	uint64_t size = one->package->size, other_size = other->package->size;

	if (one->is_essential != other->is_essential)
		return one->is_essential ? -1 : 1;
	if (size != other_size)
		return size > other_size ? -1 : 1;
	return (one > other) - (one < other);
}

static int
fetch_prepare(struct fetch *fetch, struct error *err)
{
	fetch->count = fetch->plan->count;
	fetch->items = memory_zeroed(fetch->count, sizeof(*fetch->items));
	for (size_t i = 0; i < fetch->count; i++)
		fetch->items[i] = (struct fetch_item){
			.fetch = fetch,
			.planned = &fetch->plan->items[i],
			.fd = -1,
		};
	for (size_t i = 0; i < fetch->count; i++)
		if (fetch_item_prepare(&fetch->items[i], err) < 0)
			return -1;
	qsort(fetch->items, fetch->count, sizeof(*fetch->items),
	    fetch_item_compare);
	return 0;
}

static int
fetch_item_ready(struct fetch_item *item, struct error *err)
{
	const struct fetch *fetch = item->fetch;
	size_t number = (size_t)(item->planned - fetch->plan->items);
	int result = fetch->ready(fetch->context, number, item->fd, err);

	cleanup_close(&item->fd);
	item->fd = -1;
	return result;
}

static int
fetch_item_begin(struct download *download, struct error *err)
{
	struct fetch_item *item = download->context;

	item->fd = cache_begin(item->fetch->repository->options.cache, err);
	download->fd = item->fd;
	return item->fd < 0 ? -1 : 0;
}

static int
fetch_item_done(struct download *download, struct error *err)
{
	struct fetch_item *item = download->context;

	if (cache_commit(item->fetch->repository->options.cache, item->fd,
	    item->sha256, err) < 0)
		return -1;
	return fetch_item_ready(item, err);
}

/* Hands it over if the cache has it; else it is to be downloaded. */
static int
fetch_item_find(struct fetch *fetch, struct fetch_item *item,
    struct error *err)
{
	uint64_t size = item->planned->package->size;

	item->fd = cache_find(fetch->repository->options.cache, item->sha256,
	    size);
	if (item->fd >= 0)
		return fetch_item_ready(item, err);
	*vector_push(&fetch->downloads) = (struct download){
		.url = item->url,
		.size = size,
		.kind = DIGEST_SHA256,
		.digest = item->sha256,
		.begin = fetch_item_begin,
		.done = fetch_item_done,
		.context = item,
	};
	return 0;
}

int
repository_fetch(struct repository *repository, const struct plan *plan,
    int (*ready)(void *context, size_t item, int fd, struct error *err),
    void *context, struct error *err)
{
	auto_end(fetch_release) struct fetch fetch = {
		.repository = repository,
		.plan = plan,
		.ready = ready,
		.context = context,
	};

	if (fetch_prepare(&fetch, err) < 0)
		return -1;
	for (size_t i = 0; i < fetch.count; i++)
		if (interrupt_check(err) < 0 ||
		    fetch_item_find(&fetch, &fetch.items[i], err) < 0)
			return -1;
	return downloader_run(repository->options.downloader,
	    fetch.downloads.items, fetch.downloads.count, err);
}
