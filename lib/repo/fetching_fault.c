#include "repo/fetching_fault.h"

#include <string.h>

static long
fetching_status(const struct fetching *fetching)
{
	long status = 0;

	curl_easy_getinfo(fetching->easy, CURLINFO_RESPONSE_CODE, &status);
	return status;
}

bool
fetching_is_missing(const struct fetching *fetching, CURLcode code)
{
	long status = fetching_status(fetching);

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

bool
fetching_may_pass(const struct fetching *fetching, CURLcode code)
{
	long status = fetching_status(fetching);

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

bool
fetching_is_cut(CURLcode code)
{
	return code_end(code) == CODE_CUT;
}

int
fetching_ends_early(const struct fetching *fetching, const char *url,
    struct error *err)
{
	uint64_t size = fetching->download->size;
	unsigned long long position = fetching->position;

	if (!size)
		return error_set(err, "'%s': ends too early", url);
	return error_set(err, "'%s': ends too early (%llu of %llu bytes)",
	    url, position, (unsigned long long)size);
}

/* Connected, and then nothing? libcurl's code is the same for both. */
static bool
fetching_was_connected(const struct fetching *fetching)
{
	curl_off_t microseconds = 0;

	curl_easy_getinfo(fetching->easy, CURLINFO_PRETRANSFER_TIME_T,
	    &microseconds);
	return microseconds > 0;
}

/* libcurl's own words name the host or proxy, but not always the reason. */
static int
fetching_unreached(const struct fetching *fetching, const char *detail,
    const char *url, struct error *err)
{
	long number = 0;

	curl_easy_getinfo(fetching->easy, CURLINFO_OS_ERRNO, &number);
	if (!number)
		return error_set(err, "cannot reach '%s': %s", url, detail);
	return error_set(err, "cannot reach '%s': %s (%s)", url, detail,
	    strerror((int)number));
}

int
fetching_explain(struct fetching *fetching, CURLcode code, const char *url,
    struct error *err)
{
	const char *detail = fetching->detail[0] ? fetching->detail
	    : curl_easy_strerror(code);
	long status = fetching_status(fetching);

	if (fetching->error.text) {
		error_move(err, &fetching->error);
		return error_prefix(err, "'%s'", url);
	}
	if (fetching_is_missing(fetching, code))
		return error_set(err, "'%s' does not exist%s", url,
		    status ? " (HTTP status 404)" : "");
	if (code == CURLE_HTTP_RETURNED_ERROR)
		return error_set(err, "'%s': the server answers with HTTP "
		    "status %ld", url, status);
	if (fetching_is_cut(code))
		return fetching_ends_early(fetching, url, err);
	if (code_end(code) == CODE_STALLED && fetching_was_connected(fetching))
		return error_set(err, "'%s': no byte came for %d seconds", url,
		    FETCHING_STALL);
	if (code_end(code) != CODE_OTHER)
		return fetching_unreached(fetching, detail, url, err);
	return error_set(err, "'%s': %s", url, detail);
}
