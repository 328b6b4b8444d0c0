#include "repo/downloader.h"

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/interrupt.h"
#include "base/memory.h"
#include "repo/fetching.h"

enum { FETCHINGS = 8, PROGRESS_MS = 100 };

struct downloader {
	CURLM *multi;
	struct connection connection;
	struct events *events;
	struct fetching fetchings[FETCHINGS];
	struct download *next;	/* of the run, up to end */
	struct download *end;
	uint64_t done;	/* bytes of the run's complete files */
	uint64_t total;
	int64_t shown_at;
};

/* Starts what can be started; how many are under way or waiting. */
static int
downloader_start(struct downloader *downloader, bool *has_started,
    struct error *err)
{
	int64_t now = clock_ms();
	int busy = 0;

	*has_started = false;
	for (int i = 0; i < FETCHINGS; i++) {
		struct fetching *fetching = &downloader->fetchings[i];
		int result = 1;

		if (fetching->start_at && fetching->start_at <= now)
			result = fetching_start(fetching, err);
		else if (!fetching->download &&
		    downloader->next < downloader->end)
			result = fetching_begin(fetching, downloader->next++,
			    err);
		if (result < 0)
			return -1;
		*has_started |= result == 0;
		busy += fetching->download != NULL;
	}
	return busy;
}

static int
downloader_end(struct downloader *downloader, struct fetching *fetching,
    CURLcode code, struct error *err)
{
	const struct download *download = fetching->download;

	if (fetching_end(fetching, code, err) < 0)
		return -1;
	if (fetching->download || download->is_missing)
		return 0;
	downloader->done += fetching->position;
	if (!download->size)
		downloader->total += fetching->position;
	return 0;
}

static int
downloader_collect(struct downloader *downloader, struct error *err)
{
	CURLMsg *message;
	int left;

	while ((message = curl_multi_info_read(downloader->multi, &left))) {
		CURLcode code = message->data.result;
		CURL *easy = message->easy_handle;
		struct fetching *fetching = NULL;

		if (message->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(easy, CURLINFO_PRIVATE, (void *)&fetching);
		curl_multi_remove_handle(downloader->multi, easy);
		if (downloader_end(downloader, fetching, code, err) < 0)
			return -1;
	}
	return 0;
}

static void
downloader_show(struct downloader *downloader)
{
	int64_t now = clock_ms();
	uint64_t done = downloader->done, total;

	if (now - downloader->shown_at < PROGRESS_MS)
		return;
	downloader->shown_at = now;
	for (int i = 0; i < FETCHINGS; i++)
		if (downloader->fetchings[i].download)
			done += downloader->fetchings[i].position;
	total = downloader->total > done ? downloader->total : done;
	if (total)
		events_progress(downloader->events, EVENT_BYTES, done, total);
}

static int
downloader_loop(struct downloader *downloader, struct error *err)
{
	bool has_started;
	int busy, running;

	while ((busy = downloader_start(downloader, &has_started, err)) > 0) {
		if (interrupt_check(err) < 0)
			return -1;
		if (!has_started)
			curl_multi_poll(downloader->multi, NULL, 0,
			    PROGRESS_MS, NULL);
		if (curl_multi_perform(downloader->multi, &running) !=
		    CURLM_OK)
			return error_set(err, "the download library failed");
		if (downloader_collect(downloader, err) < 0)
			return -1;
		downloader_show(downloader);
	}
	return busy;
}

bool
downloader_is_barred(const struct downloader *downloader, const char *url)
{
	return connection_bars(&downloader->connection, url);
}

static int
downloader_check_offline(const struct downloader *downloader,
    const struct download *downloads, size_t count, struct error *err)
{
	auto_free char *first = NULL;
	size_t missing = 0;

	for (size_t i = 0; i < count; i++)
		if (downloader_is_barred(downloader, downloads[i].url) &&
		    !missing++)
			first = download_public_url(downloads[i].url);
	if (!missing)
		return 0;
	error_set(err, "'%s' is not in the cache and cannot be fetched "
	    "offline", first);
	return missing == 1 ? -1
	    : error_suffix(err, ", nor can %zu more", missing - 1);
}

int
downloader_run(struct downloader *downloader, struct download *downloads,
    size_t count, struct error *err)
{
	int result;

	if (downloader_check_offline(downloader, downloads, count, err) < 0)
		return -1;
	downloader->next = downloads;
	downloader->end = downloads + count;
	downloader->done = downloader->total = 0;
	for (size_t i = 0; i < count; i++)
		downloader->total += downloads[i].size;
	result = downloader_loop(downloader, err);
	for (int i = 0; i < FETCHINGS; i++)
		fetching_stop(&downloader->fetchings[i]);
	return result;
}

struct downloader *
downloader_new(const struct connection *connection, struct events *events,
    struct error *err)
{
	struct downloader *downloader = memory_new(struct downloader);
	bool failed;

	curl_global_init(CURL_GLOBAL_DEFAULT);
	downloader->multi = curl_multi_init();
	downloader->connection = *connection;
	downloader->events = events;
	failed = !downloader->multi;
	for (int i = 0; i < FETCHINGS; i++) {
		downloader->fetchings[i] = (struct fetching){
			.multi = downloader->multi,
			.connection = &downloader->connection,
			.events = events,
			.easy = curl_easy_init(),
		};
		failed |= !downloader->fetchings[i].easy;
	}
	if (connection->no_check_certificate)
		events_warn(events, "certificates of https are NOT checked: "
		    "any server may answer in the name of the mirror");
	if (!failed)
		return downloader;
	downloader_free(downloader);
	error_set(err, "the download library does not start");
	return NULL;
}

void
downloader_free(struct downloader *downloader)
{
	if (!downloader)
		return;
	for (int i = 0; i < FETCHINGS; i++)
		curl_easy_cleanup(downloader->fetchings[i].easy);
	curl_multi_cleanup(downloader->multi);
	free(downloader);
	curl_global_cleanup();
}
