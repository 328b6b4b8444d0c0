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
    struct error *err);

/* Registers unpacked packages. */
int dpkg_database_add(int root, struct unpacked *const *packages,
    size_t count, struct error *err);
/* PACKAGE.list, again if another package took files over. */
int dpkg_database_write_list(int root, const struct unpacked *package,
    struct error *err);

/* A package's stanza of status, unpacked but not configured. */
void dpkg_database_stanza(struct unpacked *package, struct buffer *text);

#endif
