/*
 * proxy: through whom a URL is fetched, as apt(8) decides it on this host: a
 * rule for the URL's host, else what the program of Proxy-Auto-Detect says,
 * else Acquire::http::Proxy, else the environment (http_proxy, https_proxy).
 * Rules of https are those of http where it has none of its own.
 *
 * Proxies may hold passwords; they are never logged.
 */
#ifndef REPO_PROXY_H
#define REPO_PROXY_H

#include "base/error.h"
#include "base/text.h"
#include "base/vector.h"

struct proxy_rule {
	char *name;	/* http::Proxy, http::Proxy::HOST, … */
	char *value;
};

struct proxies {
	VECTOR(struct proxy_rule) rules;
};

/* What apt-config(8) says, if apt is there. */
int proxies_read(struct proxies *proxies, struct error *err);

/* Adds what `apt-config dump --format '%f %v%n'` prints. */
void proxies_parse(struct proxies *proxies, struct view dump);

/*
 * *proxy, freed by the caller with memory_free_secret, becomes its address;
 * "" for none; NULL if nobody says anything. May run the host's program, once
 * a host.
 */
int proxies_find(struct proxies *proxies, const char *url, char **proxy,
    struct error *err);

void proxies_release(struct proxies *proxies);

#endif
