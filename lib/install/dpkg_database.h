/*
 * dpkg_database: var/lib/dpkg (format 1) as dpkg itself leaves it after
 * unpacking: info/ and status. dpkg finds every package `unpacked` and has
 * only to configure it; it rewrites status in its own field order then.
 */
#ifndef INSTALL_DPKG_DATABASE_H
#define INSTALL_DPKG_DATABASE_H

#include "install/unpacked.h"

/* Into an empty root: directories, arch, an empty status. */
int dpkg_database_begin(int root, const char *architecture,
    const struct strings *foreign, struct error *err);

/* Registers unpacked packages, but for the slow ones. */
int dpkg_database_add(int root, struct unpacked *const *packages,
    size_t count, struct error *err);

/* Of a package that is unpacked, by the front of its files in info/. */
bool dpkg_database_has(int root, const char *info_name);

/* A package's stanza of status, unpacked but not configured. */
void dpkg_database_stanza(struct unpacked *package, struct buffer *text);

#endif
