/*
 * download: one file that is wanted, how it is verified, and who is told.
 */
#ifndef REPO_DOWNLOAD_H
#define REPO_DOWNLOAD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/digest.h"
#include "base/error.h"
#include "base/vector.h"

struct download {
	const char *url;
	int fd;	/* written from its start; stays the caller's */
	uint64_t size;	/* expected bytes; 0 if unknown */
	uint64_t limit;	/* most bytes to take when size is unknown */
	enum digest_kind kind;
	const char *digest;	/* expected hex; NULL if not known yet */
	bool may_be_missing;	/* 404 is not an error: is_missing is set */
	bool is_missing;
	/* Called before the first byte is asked for, to set fd; may be NULL. */
	int (*begin)(struct download *download, struct error *err);
	/* Called once the bytes are complete and verified; may be NULL. */
	int (*done)(struct download *download, struct error *err);
	void *context;
};

struct downloads {	/* a vector */
	struct download *items;
	size_t count;
	size_t capacity;
};

static inline void
downloads_release(struct downloads *downloads)
{
	vector_release(downloads);
}

/* For messages: without the name and password that a URL may hold; freed by
 * the caller. */
char *download_public_url(const char *url);
/* Most bytes to take. */
uint64_t download_most(const struct download *download);

#endif
