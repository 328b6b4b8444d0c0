#include "repo/connection.h"

#include <string.h>

#include "base/memory.h"

static int
use_proxy(const struct connection *connection, CURL *easy, const char *url,
    struct error *err)
{
	char *proxy = NULL;

	if (!connection->proxies)
		proxy = memory_string("");
	else if (proxies_find(connection->proxies, url, &proxy, err) < 0)
		return -1;
	if (proxy)
		curl_easy_setopt(easy, CURLOPT_PROXY, proxy);
	memory_free_secret(proxy);
	return 0;
}

/* libcurl keeps them from other hosts that it is redirected to. */
static void
use_login(const struct connection *connection, CURL *easy, const char *url)
{
	const struct logins *logins = connection->logins;
	const struct login *login = logins ? logins_find(logins, url) : NULL;

	if (!login || !login->name)
		return;
	curl_easy_setopt(easy, CURLOPT_USERNAME, login->name);
	curl_easy_setopt(easy, CURLOPT_PASSWORD,
	    login->password ? login->password : "");
}

static void
use_certificates(const struct connection *connection, CURL *easy)
{
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
			curl_easy_setopt(easy, files[i].option,
			    files[i].file);
	if (connection->no_check_certificate) {
		curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 0L);
		curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 0L);
	}
}

int
connection_use(const struct connection *connection, CURL *easy,
    const char *url, struct error *err)
{
	use_certificates(connection, easy);
	use_login(connection, easy, url);
	return use_proxy(connection, easy, url, err);
}

bool
connection_bars(const struct connection *connection, const char *url)
{
	return connection->offline && strncmp(url, "file:", 5) &&
	    strncmp(url, "copy:", 5);
}
