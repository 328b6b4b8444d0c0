/*
 * root_kept: a root that the cache has kept or is to keep: the base, which is
 * complete; the essential base, which has the first round's packages only; the
 * base image, a filesystem with the base in it. Found, begun and committed
 * outside the sandbox; taken and written inside.
 */
#ifndef ROOT_ROOT_KEPT_H
#define ROOT_ROOT_KEPT_H

#include "root/base_cache.h"

struct root_kept {
	const char *what;	/* which of them, for messages */
	char key[DIGEST_HEX_MAX + 1];
	struct base base;	/* that is taken, if it was kept before */
	int file;	/* for a new one; -1: none is to be kept */
};

#define ROOT_KEPT_NONE(name) {.what = (name), .base = BASE_NONE, .file = -1}
#define ROOT_KEPT_IMAGE {.what = "base image", \
	.base = {.kind = BASE_IMAGE, .fd = -1}, .file = -1}
#define auto_root_kept __attribute__((cleanup(root_kept_release)))

/* By its key. What is found to be damaged is not taken, with a warning. */
void root_kept_find(struct root_kept *kept, int cache, struct events *events);
/* A failure is told, and that it is not kept is all that it means; so it is
 * with root_kept_commit, of `file`. */
void root_kept_begin(struct root_kept *kept, int cache,
    struct events *events);
void root_kept_commit(struct root_kept *kept, int cache,
    struct events *events);
void root_kept_release(struct root_kept *kept);

/* Of an image: is it what was recorded? Reads it unless it is sealed; if not it
 * is let go, with a warning. */
bool root_kept_check(struct root_kept *kept, struct events *events);
/* Of a tar: 1 if the root is there now (root -1: the tar is enough), 0 if it turns out
 * to be damaged, with a warning; the root is empty again then. */
int root_kept_take(const struct root_kept *kept, int root,
    struct events *events, struct error *err);

#endif
