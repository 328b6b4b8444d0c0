#include "repo/deb_fetch.h"

#include "base/cleanup.h"
#include "base/interrupt.h"
#include "base/memory.h"
#include "repo/cache.h"

/* One .deb of the plan. */
struct deb {
	const struct deb_fetch *fetch;
	const struct plan_item *planned;
	char *digest;
	int fd;
};

struct debs {
	struct deb *items;
	size_t count;
	struct downloads missing;
};

static void
debs_release(struct debs *debs)
{
	for (size_t i = 0; i < debs->count; i++) {
		free(debs->items[i].digest);
		cleanup_close(&debs->items[i].fd);
	}
	free(debs->items);
	vector_release(&debs->missing);
}

/* The first stage first, and in each the largest, so that unpacking in
 * parallel does not end with waiting for one. */
static int
deb_compare(const void *a, const void *b)
{
	const struct plan_item *one = ((const struct deb *)a)->planned;
	const struct plan_item *other = ((const struct deb *)b)->planned;
	uint64_t size = one->package->size, other_size = other->package->size;

	if (one->is_essential != other->is_essential)
		return one->is_essential ? -1 : 1;
	if (size != other_size)
		return size > other_size ? -1 : 1;
	return (one > other) - (one < other);
}

static void
debs_prepare(struct debs *debs, const struct deb_fetch *fetch)
{
	const struct plan_item *items = fetch->plan->items + fetch->first;

	debs->count = fetch->end - fetch->first;
	debs->items = memory_zeroed(debs->count, sizeof(*debs->items));
	for (size_t i = 0; i < debs->count; i++)
		debs->items[i] = (struct deb){
			.fetch = fetch,
			.planned = &items[i],
			.digest = view_string(items[i].digest),
			.fd = -1,
		};
	qsort(debs->items, debs->count, sizeof(*debs->items), deb_compare);
}

static int
deb_ready(struct deb *deb, struct error *err)
{
	const struct deb_fetch *fetch = deb->fetch;
	size_t number = (size_t)(deb->planned - fetch->plan->items);
	int result = fetch->ready
	    ? fetch->ready(fetch->context, number, deb->fd, err) : 0;

	cleanup_close(&deb->fd);
	deb->fd = -1;
	return result;
}

static int
deb_begin(struct download *download, struct error *err)
{
	struct deb *deb = download->context;

	deb->fd = cache_begin(deb->fetch->cache, err);
	download->fd = deb->fd;
	return deb->fd < 0 ? -1 : 0;
}

static int
deb_done(struct download *download, struct error *err)
{
	struct deb *deb = download->context;

	/* the cache knows files by their SHA-256 only */
	if (deb->planned->kind == DIGEST_SHA256 &&
	    cache_commit(deb->fetch->cache, deb->fd, deb->digest, err) < 0)
		return -1;
	return deb_ready(deb, err);
}

/* Hands it over if the cache has it; else it is to be downloaded. */
static int
deb_find(struct debs *debs, struct deb *deb, struct error *err)
{
	const struct plan_item *planned = deb->planned;

	if (planned->kind == DIGEST_SHA256)
		deb->fd = cache_find(deb->fetch->cache, deb->digest,
		    planned->package->size);
	if (deb->fd >= 0)
		return deb_ready(deb, err);
	*vector_push(&debs->missing) = (struct download){
		.url = planned->url,
		.size = planned->package->size,
		.kind = planned->kind,
		.digest = deb->digest,
		.begin = deb_begin,
		.done = deb_done,
		.context = deb,
	};
	return 0;
}

bool
deb_fetch_is_cached(const struct plan *plan, size_t count, int cache)
{
	for (size_t i = 0; i < count; i++) {
		auto_free char *digest = view_string(plan->items[i].digest);

		if (plan->items[i].kind != DIGEST_SHA256 ||
		    !cache_has(cache, digest))
			return false;
	}
	return true;
}

int
deb_fetch_run(const struct deb_fetch *fetch, struct error *err)
{
	auto_end(debs_release) struct debs debs = {0};

	debs_prepare(&debs, fetch);
	for (size_t i = 0; i < debs.count; i++)
		if (interrupt_check(err) < 0 ||
		    deb_find(&debs, &debs.items[i], err) < 0)
			return -1;
	return downloader_run(fetch->downloader, debs.missing.items,
	    debs.missing.count, err);
}
