#include "repo/download.h"

#include <curl/curl.h>
#include <errno.h>
#include <string.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/interrupt.h"
#include "base/memory.h"

enum {
	TRANSFERS = 8,
	TRIES = 3,
	PROGRESS_MS = 100,
	STALL_SECONDS = 30,
	REDIRECTS = 10,
	BUFFER_SIZE = 256 << 10,
};

/* Before the second and the third try. */
static const int64_t pauses_ms[TRIES] = {0, 250, 1000};

/* One of the downloads under way. Idle without a download. */
struct transfer {
	struct downloader *downloader;
	CURL *easy;
	struct download *download;
	struct digest *digest;	/* of the bytes up to position */
	uint64_t position;
	unsigned tries;	/* ended ones */
	int64_t start_at;	/* when waiting for the next try, else 0 */
	struct error error;	/* from within libcurl's call of ours */
	char detail[CURL_ERROR_SIZE];
};

struct downloader {
	CURLM *multi;
	struct connection connection;
	struct events *events;
	struct transfer transfers[TRANSFERS];
	struct download *next;	/* of the run, up to end */
	struct download *end;
	uint64_t done;	/* bytes of the run's complete files */
	uint64_t total;
	int64_t shown_at;
};

char *
download_public_url(const char *url)
{
	const char *host = strstr(url, "://");
	const char *at;

	if (!host)
		return memory_string(url);
	host += 3;
	at = memchr(host, '@', strcspn(host, "/"));
	return at ? memory_printf("%.*s%s", (int)(host - url), url, at + 1)
	    : memory_string(url);
}

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

static uint64_t
download_most(const struct download *download)
{
	if (download->size)
		return download->size;
	return download->limit ? download->limit : UINT64_MAX;
}

static size_t
transfer_take(char *data, size_t size, size_t count, void *context)
{
	struct transfer *transfer = context;
	struct download *download = transfer->download;
	uint64_t most = download_most(download);

	size *= count;
	if (size > most - transfer->position) {
		error_set(&transfer->error, "is larger than the %llu bytes "
		    "expected", (unsigned long long)most);
		return 0;
	}
	if (file_write_position(download->fd, data, size, transfer->position,
	    &transfer->error) < 0)
		return 0;
	digest_add(transfer->digest, data, size);
	transfer->position += size;
	return size;
}

static int
transfer_use_proxy(struct transfer *transfer, const char *url,
    struct error *err)
{
	struct proxies *proxies = transfer->downloader->connection.proxies;
	char *proxy = NULL;

	if (!proxies)
		proxy = memory_string("");
	else if (proxies_find(proxies, url, &proxy, err) < 0)
		return -1;
	if (proxy)
		curl_easy_setopt(transfer->easy, CURLOPT_PROXY, proxy);
	memory_free_secret(proxy);
	return 0;
}

/* libcurl keeps them from other hosts that it is redirected to. */
static void
transfer_use_login(struct transfer *transfer, const char *url)
{
	const struct logins *logins = transfer->downloader->connection.logins;
	const struct login *login = logins ? logins_find(logins, url) : NULL;

	if (!login || !login->name)
		return;
	curl_easy_setopt(transfer->easy, CURLOPT_USERNAME, login->name);
	curl_easy_setopt(transfer->easy, CURLOPT_PASSWORD,
	    login->password ? login->password : "");
}

static void
transfer_use_certificates(struct transfer *transfer)
{
	const struct connection *connection =
	    &transfer->downloader->connection;
	const struct {
		CURLoption option;
		const char *file;
	} files[] = {
		{CURLOPT_SSLCERT, connection->certificate},
		{CURLOPT_SSLKEY, connection->private_key},
		{CURLOPT_CAINFO, connection->ca_certificate},
	};

	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++)
		if (files[i].file)
			curl_easy_setopt(transfer->easy, files[i].option,
			    files[i].file);
	if (connection->no_check_certificate) {
		curl_easy_setopt(transfer->easy, CURLOPT_SSL_VERIFYPEER, 0L);
		curl_easy_setopt(transfer->easy, CURLOPT_SSL_VERIFYHOST, 0L);
	}
}

static void
transfer_options(struct transfer *transfer, const char *url)
{
	CURL *easy = transfer->easy;

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
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT, (long)STALL_SECONDS);
	curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
	curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, (long)STALL_SECONDS);
	curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer->detail);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, transfer_take);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, transfer);
	curl_easy_setopt(easy, CURLOPT_PRIVATE, transfer);
	curl_easy_setopt(easy, CURLOPT_RESUME_FROM_LARGE,
	    (curl_off_t)transfer->position);
	transfer_use_certificates(transfer);
}

static int
transfer_start(struct transfer *transfer, struct error *err)
{
	auto_free char *url = url_for_curl(transfer->download->url);

	transfer->start_at = 0;
	transfer->detail[0] = '\0';
	transfer_options(transfer, url);
	transfer_use_login(transfer, url);
	if (transfer_use_proxy(transfer, url, err) < 0)
		return -1;
	if (curl_multi_add_handle(transfer->downloader->multi,
	    transfer->easy) != CURLM_OK)
		return error_set(err, "cannot start a download");
	return 0;
}

static int
transfer_begin(struct transfer *transfer, struct download *download,
    struct error *err)
{
	if (download->begin && download->begin(download, err) < 0)
		return -1;
	download->is_missing = false;
	transfer->download = download;
	transfer->position = 0;
	transfer->tries = 0;
	transfer->digest = digest_new(download->kind);
	return transfer_start(transfer, err);
}

static void
transfer_idle(struct transfer *transfer)
{
	digest_free(steal_pointer(&transfer->digest));
	error_release(&transfer->error);
	transfer->download = NULL;
	transfer->start_at = 0;
}

/* What has come is of no use: the next try starts from the beginning. */
static int
transfer_rewind(struct transfer *transfer, struct error *err)
{
	digest_free(transfer->digest);
	transfer->digest = digest_new(transfer->download->kind);
	transfer->position = 0;
	if (ftruncate(transfer->download->fd, 0) < 0)
		return error_errno(err, "truncate");
	return 0;
}

static long
transfer_status(const struct transfer *transfer)
{
	long status = 0;

	curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);
	return status;
}

static bool
transfer_is_missing(const struct transfer *transfer, CURLcode code)
{
	long status = transfer_status(transfer);

	return code == CURLE_FILE_COULDNT_READ_FILE ||
	    (code == CURLE_HTTP_RETURNED_ERROR &&
	    (status == 404 || status == 410));
}

enum code_end { CODE_OTHER, CODE_UNREACHED, CODE_STALLED, CODE_CUT };

/* Ends of a transfer after which another try may go better. */
static const struct {
	CURLcode code;
	enum code_end end;
} passing_codes[] = {
	{CURLE_COULDNT_RESOLVE_HOST, CODE_UNREACHED},
	{CURLE_COULDNT_RESOLVE_PROXY, CODE_UNREACHED},
	{CURLE_COULDNT_CONNECT, CODE_UNREACHED},
	{CURLE_SSL_CONNECT_ERROR, CODE_UNREACHED},
	{CURLE_OPERATION_TIMEDOUT, CODE_STALLED},
	{CURLE_PARTIAL_FILE, CODE_CUT},
	{CURLE_GOT_NOTHING, CODE_CUT},
	{CURLE_RECV_ERROR, CODE_CUT},
	{CURLE_SEND_ERROR, CODE_CUT},
	{CURLE_RANGE_ERROR, CODE_OTHER},
};

enum { PASSING_CODES = sizeof(passing_codes) / sizeof(*passing_codes) };

static bool
transfer_may_pass(const struct transfer *transfer, CURLcode code)
{
	long status = transfer_status(transfer);

	if (code == CURLE_HTTP_RETURNED_ERROR)
		return status >= 500 || status == 408 || status == 429;
	for (size_t i = 0; i < PASSING_CODES; i++)
		if (passing_codes[i].code == code)
			return true;
	return false;
}

static enum code_end
code_end(CURLcode code)
{
	for (size_t i = 0; i < PASSING_CODES; i++)
		if (passing_codes[i].code == code)
			return passing_codes[i].end;
	return CODE_OTHER;
}

static int
transfer_ends_early(const struct transfer *transfer, const char *url,
    struct error *err)
{
	uint64_t size = transfer->download->size;
	unsigned long long position = transfer->position;

	if (!size)
		return error_set(err, "'%s': ends too early", url);
	return error_set(err, "'%s': ends too early (%llu of %llu bytes)",
	    url, position, (unsigned long long)size);
}

/* Connected, and then nothing? libcurl's code is the same for both. */
static bool
transfer_was_connected(const struct transfer *transfer)
{
	curl_off_t microseconds = 0;

	curl_easy_getinfo(transfer->easy, CURLINFO_PRETRANSFER_TIME_T,
	    &microseconds);
	return microseconds > 0;
}

/* libcurl's own words name the host or proxy, but not always the reason. */
static int
transfer_unreached(const struct transfer *transfer, const char *detail,
    const char *url, struct error *err)
{
	long number = 0;

	curl_easy_getinfo(transfer->easy, CURLINFO_OS_ERRNO, &number);
	if (!number)
		return error_set(err, "cannot reach '%s': %s", url, detail);
	return error_set(err, "cannot reach '%s': %s (%s)", url, detail,
	    strerror((int)number));
}

/* The sentence for a transfer that libcurl gave up. */
static int
transfer_explain(struct transfer *transfer, CURLcode code, const char *url,
    struct error *err)
{
	const char *detail = transfer->detail[0] ? transfer->detail
	    : curl_easy_strerror(code);
	long status = transfer_status(transfer);

	if (transfer->error.text) {
		error_move(err, &transfer->error);
		return error_prefix(err, "'%s'", url);
	}
	if (transfer_is_missing(transfer, code))
		return error_set(err, "'%s' does not exist%s", url,
		    status ? " (HTTP status 404)" : "");
	if (code == CURLE_HTTP_RETURNED_ERROR)
		return error_set(err, "'%s': the server answers with HTTP "
		    "status %ld", url, status);
	if (code_end(code) == CODE_CUT)
		return transfer_ends_early(transfer, url, err);
	if (code_end(code) == CODE_STALLED && transfer_was_connected(transfer))
		return error_set(err, "'%s': no byte came for %d seconds", url,
		    STALL_SECONDS);
	if (code_end(code) != CODE_OTHER)
		return transfer_unreached(transfer, detail, url, err);
	return error_set(err, "'%s': %s", url, detail);
}

static int
transfer_verify(struct transfer *transfer, const char *url, struct error *err)
{
	const struct download *download = transfer->download;
	char hex[DIGEST_HEX_MAX + 1];

	if (transfer->position < download->size)
		return transfer_ends_early(transfer, url, err);
	digest_finish(transfer->digest, hex);
	if (download->digest && strcmp(hex, download->digest))
		return error_set(err, "'%s': hash differs from what the signed "
		    "index says", url);
	return 0;
}

/* All bytes are there and good. */
static int
transfer_complete(struct transfer *transfer, struct error *err)
{
	struct downloader *downloader = transfer->downloader;
	struct download *download = transfer->download;

	downloader->done += transfer->position;
	if (!download->size)
		downloader->total += transfer->position;
	transfer_idle(transfer);
	return download->done ? download->done(download, err) : 0;
}

/* Tries again, or gives up with the sentence that is in err. */
static int
transfer_again(struct transfer *transfer, bool from_start, struct error *err)
{
	if (++transfer->tries >= TRIES)
		return -1;
	if (from_start && transfer_rewind(transfer, err) < 0)
		return -1;
	events_debug(transfer->downloader->events, "trying again: %s",
	    err->text);
	error_release(err);
	transfer->start_at = clock_ms() + pauses_ms[transfer->tries];
	return 0;
}

/* A server that promised more than there is may still have sent the file. */
static bool
transfer_has_all(const struct transfer *transfer, CURLcode code)
{
	uint64_t size = transfer->download->size;

	return code == CURLE_OK || (code_end(code) == CODE_CUT && size &&
	    transfer->position == size);
}

static int
transfer_end(struct transfer *transfer, CURLcode code, struct error *err)
{
	auto_free char *url = download_public_url(transfer->download->url);

	if (transfer_has_all(transfer, code)) {
		if (transfer_verify(transfer, url, err) == 0)
			return transfer_complete(transfer, err);
		/* Parts of two different files may have come together, or
		 * something on the way has broken it. */
		return transfer_again(transfer, true, err);
	}
	if (transfer->download->may_be_missing &&
	    transfer_is_missing(transfer, code)) {
		transfer->download->is_missing = true;
		transfer_idle(transfer);
		return 0;
	}
	transfer_explain(transfer, code, url, err);
	if (!transfer_may_pass(transfer, code))
		return -1;
	return transfer_again(transfer, code == CURLE_RANGE_ERROR, err);
}

/* Starts what can be started; how many are under way or waiting. */
static int
downloader_start(struct downloader *downloader, bool *has_started,
    struct error *err)
{
	int64_t now = clock_ms();
	int busy = 0;

	*has_started = false;
	for (int i = 0; i < TRANSFERS; i++) {
		struct transfer *transfer = &downloader->transfers[i];
		int result = 1;

		if (transfer->start_at && transfer->start_at <= now)
			result = transfer_start(transfer, err);
		else if (!transfer->download &&
		    downloader->next < downloader->end)
			result = transfer_begin(transfer, downloader->next++,
			    err);
		if (result < 0)
			return -1;
		*has_started |= result == 0;
		busy += transfer->download != NULL;
	}
	return busy;
}

static int
downloader_collect(struct downloader *downloader, struct error *err)
{
	CURLMsg *message;
	int left;

	while ((message = curl_multi_info_read(downloader->multi, &left))) {
		CURLcode code = message->data.result;
		CURL *easy = message->easy_handle;
		struct transfer *transfer = NULL;

		if (message->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(easy, CURLINFO_PRIVATE, (void *)&transfer);
		curl_multi_remove_handle(downloader->multi, easy);
		if (transfer_end(transfer, code, err) < 0)
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
	for (int i = 0; i < TRANSFERS; i++)
		if (downloader->transfers[i].download)
			done += downloader->transfers[i].position;
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
	return downloader->connection.offline && strncmp(url, "file:", 5) &&
	    strncmp(url, "copy:", 5);
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
	for (int i = 0; i < TRANSFERS; i++) {
		struct transfer *transfer = &downloader->transfers[i];

		if (!transfer->download)
			continue;
		curl_multi_remove_handle(downloader->multi, transfer->easy);
		transfer_idle(transfer);
	}
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
	for (int i = 0; i < TRANSFERS; i++) {
		downloader->transfers[i].downloader = downloader;
		downloader->transfers[i].easy = curl_easy_init();
		failed |= !downloader->transfers[i].easy;
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
	for (int i = 0; i < TRANSFERS; i++)
		curl_easy_cleanup(downloader->transfers[i].easy);
	curl_multi_cleanup(downloader->multi);
	free(downloader);
	curl_global_cleanup();
}
