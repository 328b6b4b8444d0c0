/*
 * dpkg_database: var/lib/dpkg as dpkg itself leaves it after unpacking: info/
 * and status. dpkg finds every package `unpacked` and has only to configure
 * it; it rewrites status in its own field order then. Its quirks decide which
 * files there are besides: today's dpkg has format 1 and a list of
 * architectures.
 */
#ifndef INSTALL_DPKG_DATABASE_H
#define INSTALL_DPKG_DATABASE_H

#include "install/unpacked.h"

struct dpkg_database {
	int root;
	const char *architecture;
	const struct strings *foreign;	/* architectures besides */
	unsigned quirks;	/* of suite/dpkg_quirks.h */
};

/* Into an empty root: directories, arch, an empty status. */
int dpkg_database_begin(const struct dpkg_database *database,
    struct error *err);

/* Registers unpacked packages, but for the slow ones. */
int dpkg_database_add(const struct dpkg_database *database,
    struct unpacked *const *packages, size_t count, struct error *err);

/* Of a package that is unpacked, by the front of its files in info/. */
bool dpkg_database_has(int root, const char *info_name);

/* A package's stanza of status, unpacked but not configured. */
void dpkg_database_stanza(struct unpacked *package, struct buffer *text);

#endif
