/*
 * download: many files at once over HTTP(S), file: and copy: by libcurl's
 * multi interface. Each is verified while it is written; a broken or dropped
 * one is tried again (resumed) up to three times.
 */
#ifndef REPO_DOWNLOAD_H
#define REPO_DOWNLOAD_H

#include "base/digest.h"
#include "base/error.h"
#include "base/events.h"
#include "base/vector.h"
#include "repo/login.h"
#include "repo/proxy.h"

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

struct downloader;

/* How servers are reached, and known. Strings and proxies stay the caller's. */
struct connection {
	struct proxies *proxies;	/* NULL: none at all */
	const struct logins *logins;	/* NULL: none */
	/* of https; NULL where there is nothing to say */
	char *certificate;	/* ours, and its key */
	char *private_key;
	char *ca_certificate;	/* who may vouch for servers */
	bool no_check_certificate;
	bool offline;	/* only files of this host can be had: file: and copy: */
};

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

/* For messages: without the name and password that a URL may hold; freed by
 * the caller. */
char *download_public_url(const char *url);

#endif
