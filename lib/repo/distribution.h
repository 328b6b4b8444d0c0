/*
 * distribution: a source's suite on its mirror (below dists/, or flat), with its
 * Release: fetched, its signature checked against the right keyring, and found
 * to be what was asked for and to hold today.
 */
#ifndef REPO_DISTRIBUTION_H
#define REPO_DISTRIBUTION_H

#include "base/error.h"
#include "repo/release.h"
#include "repo/source.h"

struct repository_options;

enum { DISTRIBUTION_FILES = 3 };

struct distribution {
	const struct source *source;
	char *url;	/* URI/dists/SUITE/ */
	char *name;	/* the same for messages, without the last slash */
	bool from_suite;	/* it is the suite that was asked for */
	bool allow_weak;	/* MD5 and SHA-1 do */
	bool has_release;	/* false only for a trusted one: its indices are
				   taken as they are */
	struct release release;
	int files[DISTRIBUTION_FILES];	/* what it was read from; 0: not
					   there */
};

/* InRelease, or Release and Release.gpg: below the url. */
extern const char *const distribution_files[DISTRIBUTION_FILES];

/* Fills `count` zeroed distributions, all at once; sources->items in order. */
int distributions_read(struct distribution *distributions,
    const struct sources *sources, const struct suite *suite,
    const struct repository_options *options, struct error *err);
void distribution_release(struct distribution *distribution);

#endif
