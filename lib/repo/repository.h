/*
 * repository: the chain of trust of all sources: keyring → InRelease →
 * Packages → packages. Reads them into a package_set, and knows where each
 * package's .deb is.
 *
 *	keyring.h  gpgme: which bytes are signed
 *	release.h  Release: suite, dates, hashes of the indices
 *	package_index.h  Packages: fetched by hash, decompressed
 */
#ifndef REPO_REPOSITORY_H
#define REPO_REPOSITORY_H

#include "base/error.h"
#include "base/events.h"
#include "plan/package_set.h"
#include "plan/plan.h"
#include "repo/download.h"
#include "repo/source.h"

struct repository_options {
	const char *architecture;
	const char *keyring;	/* --keyring: file for all sources, or NULL */
	bool no_check_gpg;
	bool no_check_valid_until;
	int cache;	/* from cache_open */
	struct downloader *downloader;
	struct events *events;
};

struct repository;	/* the sources with their releases and indices */

struct repository *repository_open(const struct sources *sources,
    const struct suite *suite, const struct repository_options *options,
    struct package_set *set, struct error *err);
void repository_free(struct repository *repository);

/* Tells each item of the plan where its .deb is, and its digest. */
int repository_locate(const struct repository *repository, struct plan *plan,
    struct error *err);

#endif
