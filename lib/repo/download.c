#include "repo/download.h"

#include <string.h>

#include "base/memory.h"

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

uint64_t
download_most(const struct download *download)
{
	if (download->size)
		return download->size;
	return download->limit ? download->limit : UINT64_MAX;
}
