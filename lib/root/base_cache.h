/*
 * base_cache: finished bases below CACHE/bases: KEY.tar, sealed by KEY.base
 * (deb822), which says its size, digest, inode and time of change; or, as an
 * image of a filesystem, KEY.img, sealed by KEY.image. A base appears when it is
 * complete; its record's mtime is its last use.
 */
#ifndef ROOT_BASE_CACHE_H
#define ROOT_BASE_CACHE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/digest.h"
#include "base/error.h"
#include "base/events.h"

/* The digest of an image is that of digest_of_sparse. */
enum base_kind { BASE_TAR, BASE_IMAGE };

struct base {
	enum base_kind kind;
	int fd;	/* of the tar or image, for reading */
	uint64_t size;
	uint64_t used;	/* of an image: bytes that its tree takes */
	char sha256[DIGEST_HEX_MAX + 1];
	bool is_sealed;	/* the very file that was recorded, not touched since */
};

#define BASE_NONE {.fd = -1}	/* of a tar; else with its kind */
#define auto_base __attribute__((cleanup(base_release)))

/* 1 found (and used now), 0 not there, -1 damaged; damage is more than what
 * can be seen without reading the tar. */
int base_cache_find(int cache, const char *key, struct base *base,
    struct error *err);
/* Reads all of it; -1 if it is not what was recorded. */
int base_check(const struct base *base, struct error *err);
/* Makes `file` share the tar's blocks, unread; false where that is not to be
 * had, or the tar is not sealed. */
bool base_share(const struct base *base, int file);
void base_release(struct base *base);

/* A new file, without a name. */
int base_cache_begin(int cache, struct error *err);
/* Gives base->fd its name, in the place of any other. */
int base_cache_commit(int cache, const char *key, const struct base *base,
    struct error *err);
void base_cache_drop(int cache, const char *key, enum base_kind kind);

/* Reads all bases; drops those that are damaged, with a warning each. How many
 * were good, or -1 if any was not. */
int base_cache_verify(int cache, struct events *events, struct error *err);

#endif
