/*
 * repository: the chain of trust of all sources: keyring → InRelease →
 * Packages → packages. Opened, it has the releases; then it reads the indices
 * into a package_set, and knows where each package's .deb is.
 *
 *	keyring.h  gpgme: which bytes are signed
 *	release.h  Release: suite, dates, hashes of the indices
 *	package_index.h  Packages: fetched by hash, decompressed
 */
#ifndef REPO_REPOSITORY_H
#define REPO_REPOSITORY_H

#include "base/buffer.h"
#include "base/error.h"
#include "base/events.h"
#include "plan/package_set.h"
#include "plan/plan.h"
#include "repo/downloader.h"
#include "repo/source.h"

/* What may vouch for an archive; each source may ask for more or for less. */
struct trust {
	struct strings keyrings;	/* --keyring: files and directories, for
					   sources that name none; empty: the
					   suite's */
	struct strings root_keys;	/* borrowed: files of keys that the root's own
					   apt trusts, besides those */
	bool no_check_gpg;
	bool force_check_gpg;	/* whatever the sources say */
	bool no_check_valid_until;
	bool no_check_date;	/* nor Valid-Until */
	bool allow_expired_keys;
	bool allow_weak_hashes;	/* MD5 and SHA-1, of indices and signatures */
};

struct repository_options {
	const char *architecture;
	struct strings foreign;	/* architectures besides; not its own */
	const char *suite_name;	/* as asked for; "": every suite is meant */
	struct trust trust;
	int cache;	/* from cache_open */
	struct downloader *downloader;
	struct events *events;
};

struct repository;	/* the sources with their releases and indices */

struct repository *repository_open(const struct sources *sources,
    const struct suite *suite, const struct repository_options *options,
    struct error *err);
/* Two that are described by the same lines offer the same packages:
 * "URI SUITE COMPONENT… FLAG… SHA-256 of what is signed". */
void repository_describe(const struct repository *repository,
    struct buffer *text);
/* Does each have a Release? Only then does the description say it all. */
bool repository_is_described(const struct repository *repository);

/* Once; repository_read does it, too. */
int repository_fetch_indices(struct repository *repository,
    struct error *err);
int repository_read(struct repository *repository, struct package_set *set,
    struct error *err);
/* Did reading fail for a mirror that has changed since it was opened? */
bool repository_is_outdated(const struct repository *repository);
void repository_free(struct repository *repository);

/* Tells each item of the plan that does not know it yet where its .deb is,
 * without a name and password, and its digest. */
int repository_locate(const struct repository *repository, struct plan *plan,
    struct error *err);

/* Gets the address of a file, and a descriptor that stays the repository's. */
typedef int repository_visitor(void *context, const char *url, int fd,
    struct error *err);

/* The archive's own files, all verified: releases and indices. */
int repository_each_file(const struct repository *repository,
    repository_visitor *take, void *context, struct error *err);

#endif
