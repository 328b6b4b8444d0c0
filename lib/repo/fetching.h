/*
 * fetching: one download under way in libcurl's multi interface, again and
 * again until it is complete and verified, or given up.
 *
 *	fetching_begin → fetching_end → fetching_start → fetching_end …
 */
#ifndef REPO_FETCHING_H
#define REPO_FETCHING_H

#include "base/events.h"
#include "repo/connection.h"
#include "repo/download.h"

enum { FETCHING_STALL = 30 };	/* seconds without a byte are too many */

/* Idle without a download. The first four are the caller's. */
struct fetching {
	CURLM *multi;
	const struct connection *connection;
	struct events *events;
	CURL *easy;
	struct download *download;
	struct digest *digest;	/* of the bytes up to position */
	uint64_t position;
	unsigned tries;	/* ended ones */
	int64_t start_at;	/* when waiting for the next try, else 0 */
	struct error error;	/* from within libcurl's call of ours */
	char detail[CURL_ERROR_SIZE];
};

int fetching_begin(struct fetching *fetching, struct download *download,
    struct error *err);
/* The next try. */
int fetching_start(struct fetching *fetching, struct error *err);
/* libcurl is done with it. Then it is idle, or waits for its next try; -1 if
 * it is given up. */
int fetching_end(struct fetching *fetching, CURLcode code,
    struct error *err);
/* Whatever it was doing. */
void fetching_stop(struct fetching *fetching);

#endif
