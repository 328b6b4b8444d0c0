/*
 * cache: verified files by the SHA-256 of their content, in
 * DIRECTORY/by-sha256/HH/HASH. A file appears under its name only when it is
 * complete and verified (O_TMPFILE and linkat, or rename), so that any number
 * of runs may share the cache.
 */
#ifndef REPO_CACHE_H
#define REPO_CACHE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

/*
 * The cache's directory: `wanted` if not NULL, else /var/cache/mkguest as root
 * and $XDG_CACHE_HOME/mkguest (~/.cache/mkguest) as user. Freed by the caller.
 */
char *cache_directory(const char *wanted);

/* A descriptor of the cache, made if missing. */
int cache_open(const char *directory, struct error *err);

/* A read-only descriptor of the content, at its start, or -1 if it is not
 * there (no error: a wrong size or other bytes count as absent). Its mtime
 * becomes now, its last use. */
int cache_find(int cache, const char *sha256, uint64_t size);

/* Is there something of that name? It may be damaged. */
bool cache_has(int cache, const char *sha256);

/* Removes it, if it is there. */
void cache_drop(int cache, const char *sha256);

/* A new file to write to, without a name. */
int cache_begin(int cache, struct error *err);
/* Gives it its name; fd stays open and readable. */
int cache_commit(int cache, int fd, const char *sha256, struct error *err);

#endif
