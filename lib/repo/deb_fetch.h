/*
 * deb_fetch: the .debs of a plan that tells where they are: those that the
 * cache lacks are downloaded into it, verified.
 */
#ifndef REPO_DEB_FETCH_H
#define REPO_DEB_FETCH_H

#include "base/error.h"
#include "plan/plan.h"
#include "repo/downloader.h"

struct deb_fetch {
	const struct plan *plan;
	size_t first, end;	/* its items from the first on, before the end */
	int cache;
	struct downloader *downloader;
	/*
	 * As each .deb becomes complete and verified (at once if it was
	 * cached), this gets its place in the plan and a descriptor that is
	 * closed after the call. May be NULL.
	 */
	int (*ready)(void *context, size_t item, int fd, struct error *err);
	void *context;
};

/* Are the first `count` of the plan named in the cache? Whether they are whole
 * is not asked. */
bool deb_fetch_is_cached(const struct plan *plan, size_t count, int cache);
int deb_fetch_run(const struct deb_fetch *fetch, struct error *err);

#endif
