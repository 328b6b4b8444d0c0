/*
 * connection: how servers are reached, and known.
 */
#ifndef REPO_CONNECTION_H
#define REPO_CONNECTION_H

#include <curl/curl.h>

#include "base/error.h"
#include "repo/login.h"
#include "repo/proxy.h"

/* Strings and proxies stay the caller's. */
struct connection {
	struct proxies *proxies;	/* NULL: none at all */
	const struct logins *logins;	/* NULL: none */
	/* of https; NULL where there is nothing to say */
	char *certificate;	/* ours, and its key */
	char *private_key;
	char *ca_certificate;	/* who may vouch for servers */
	bool no_check_certificate;
	bool offline;	/* only file: and copy: can be had */
};

/* Tells libcurl the proxy and the login for the URL, and the certificates. */
int connection_use(const struct connection *connection, CURL *easy,
    const char *url, struct error *err);
/* Is that what cannot be fetched, being offline? */
bool connection_bars(const struct connection *connection, const char *url);

#endif
