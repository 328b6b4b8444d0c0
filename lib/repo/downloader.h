/*
 * downloader: many files at once over HTTP(S), file: and copy: by libcurl's
 * multi interface. Each is verified while it is written; a broken or dropped
 * one is tried again (resumed) up to three times.
 */
#ifndef REPO_DOWNLOADER_H
#define REPO_DOWNLOADER_H

#include "base/events.h"
#include "repo/connection.h"
#include "repo/download.h"

struct downloader;

/*
 * The downloader keeps connections between runs, and tells events about ten
 * times a second how many bytes of a run are done.
 */
struct downloader *downloader_new(const struct connection *connection,
    struct events *events, struct error *err);
/* All of them, in this order of start; the first failure ends the run. */
int downloader_run(struct downloader *downloader, struct download *downloads,
    size_t count, struct error *err);
void downloader_free(struct downloader *downloader);

/* Is that what this downloader cannot fetch: it is offline? */
bool downloader_is_barred(const struct downloader *downloader,
    const char *url);

#endif
