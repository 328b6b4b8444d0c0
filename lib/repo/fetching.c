#include "repo/fetching.h"

#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/memory.h"
#include "repo/fetching_fault.h"

enum { TRIES = 3, REDIRECTS = 10, BUFFER_SIZE = 256 << 10 };

/* Before the second and the third try. */
static const int64_t pauses_ms[TRIES] = {0, 250, 1000};

/* What libcurl takes for apt's copy:/path and file:/path. */
static char *
url_for_curl(const char *url)
{
	if (!strncmp(url, "copy:", 5) || !strncmp(url, "file:", 5))
		return memory_printf("file://%s%s",
		    url[5] == '/' ? "" : "/",
		    !strncmp(url + 5, "//", 2) ? url + 7 : url + 5);
	return memory_string(url);
}

static size_t
fetching_take(char *data, size_t size, size_t count, void *context)
{
	struct fetching *fetching = context;
	struct download *download = fetching->download;
	uint64_t most = download_most(download);

	size *= count;
	if (size > most - fetching->position) {
		error_set(&fetching->error, "is larger than the %llu bytes "
		    "expected", (unsigned long long)most);
		return 0;
	}
	if (file_write_position(download->fd, data, size, fetching->position,
	    &fetching->error) < 0)
		return 0;
	digest_add(fetching->digest, data, size);
	fetching->position += size;
	return size;
}

static void
fetching_options(struct fetching *fetching, const char *url)
{
	CURL *easy = fetching->easy;

	curl_easy_reset(easy);
	curl_easy_setopt(easy, CURLOPT_URL, url);
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https,file");
	curl_easy_setopt(easy, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 1L);
	curl_easy_setopt(easy, CURLOPT_MAXREDIRS, (long)REDIRECTS);
	curl_easy_setopt(easy, CURLOPT_HTTP_VERSION,
	    (long)CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(easy, CURLOPT_FAILONERROR, 1L);
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_USERAGENT, "mkguest");
	curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, (long)BUFFER_SIZE);
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT, (long)FETCHING_STALL);
	curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
	curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, (long)FETCHING_STALL);
	curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, fetching->detail);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, fetching_take);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, fetching);
	curl_easy_setopt(easy, CURLOPT_PRIVATE, fetching);
	curl_easy_setopt(easy, CURLOPT_RESUME_FROM_LARGE,
	    (curl_off_t)fetching->position);
}

int
fetching_start(struct fetching *fetching, struct error *err)
{
	auto_free char *url = url_for_curl(fetching->download->url);

	fetching->start_at = 0;
	fetching->detail[0] = '\0';
	fetching_options(fetching, url);
	if (connection_use(fetching->connection, fetching->easy, url, err) < 0)
		return -1;
	if (curl_multi_add_handle(fetching->multi, fetching->easy) !=
	    CURLM_OK)
		return error_set(err, "cannot start a download");
	return 0;
}

int
fetching_begin(struct fetching *fetching, struct download *download,
    struct error *err)
{
	if (download->begin && download->begin(download, err) < 0)
		return -1;
	download->is_missing = false;
	fetching->download = download;
	fetching->position = 0;
	fetching->tries = 0;
	fetching->digest = digest_new(download->kind);
	return fetching_start(fetching, err);
}

static void
fetching_idle(struct fetching *fetching)
{
	digest_free(steal_pointer(&fetching->digest));
	error_release(&fetching->error);
	fetching->download = NULL;
	fetching->start_at = 0;
}

/* What has come is of no use: the next try starts from the beginning. */
static int
fetching_rewind(struct fetching *fetching, struct error *err)
{
	digest_free(fetching->digest);
	fetching->digest = digest_new(fetching->download->kind);
	fetching->position = 0;
	if (ftruncate(fetching->download->fd, 0) < 0)
		return error_errno(err, "truncate");
	return 0;
}

static int
fetching_verify(struct fetching *fetching, const char *url, struct error *err)
{
	const struct download *download = fetching->download;
	char hex[DIGEST_HEX_MAX + 1];

	if (fetching->position < download->size)
		return fetching_ends_early(fetching, url, err);
	digest_finish(fetching->digest, hex);
	if (download->digest && strcmp(hex, download->digest))
		return error_set(err, "'%s': hash differs from what the signed "
		    "index says", url);
	return 0;
}

/* All bytes are there and good. */
static int
fetching_complete(struct fetching *fetching, struct error *err)
{
	struct download *download = fetching->download;

	fetching_idle(fetching);
	return download->done ? download->done(download, err) : 0;
}

/* Tries again, or gives up with the sentence that is in err. */
static int
fetching_again(struct fetching *fetching, bool from_start, struct error *err)
{
	if (++fetching->tries >= TRIES)
		return -1;
	if (from_start && fetching_rewind(fetching, err) < 0)
		return -1;
	events_debug(fetching->events, "trying again: %s", err->text);
	error_release(err);
	fetching->start_at = clock_ms() + pauses_ms[fetching->tries];
	return 0;
}

/* A server that promised more than there is may still have sent the file. */
static bool
fetching_has_all(const struct fetching *fetching, CURLcode code)
{
	uint64_t size = fetching->download->size;

	return code == CURLE_OK || (fetching_is_cut(code) && size &&
	    fetching->position == size);
}

int
fetching_end(struct fetching *fetching, CURLcode code, struct error *err)
{
	auto_free char *url = download_public_url(fetching->download->url);

	if (fetching_has_all(fetching, code)) {
		if (fetching_verify(fetching, url, err) == 0)
			return fetching_complete(fetching, err);
		/* Parts of two different files may have come together, or
		 * something on the way has broken it. */
		return fetching_again(fetching, true, err);
	}
	if (fetching->download->may_be_missing &&
	    fetching_is_missing(fetching, code)) {
		fetching->download->is_missing = true;
		fetching_idle(fetching);
		return 0;
	}
	fetching_explain(fetching, code, url, err);
	if (!fetching_may_pass(fetching, code))
		return -1;
	return fetching_again(fetching, code == CURLE_RANGE_ERROR, err);
}

void
fetching_stop(struct fetching *fetching)
{
	if (!fetching->download)
		return;
	curl_multi_remove_handle(fetching->multi, fetching->easy);
	fetching_idle(fetching);
}
