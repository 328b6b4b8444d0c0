/*
 * update_place: where a guest's tree lies while it is updated: a directory in
 * the cache for the sandbox of sandbox_start_mapped alone, whose ids are nobody
 * else's. A run that was killed leaves it to the next one (root/workspace.h).
 */
#ifndef KEEP_UPDATE_PLACE_H
#define KEEP_UPDATE_PLACE_H

#include "root/workspace.h"

struct update_place {
	char *path;	/* NULL: there is none */
	int lock;	/* the directory */
	uint64_t bytes;	/* that it may come to hold */
};

#define UPDATE_PLACE_NONE {.lock = -1}
#define auto_update_place __attribute__((cleanup(update_place_release)))

/* Outside. For what is on that filesystem, and what packages add; the cache may
 * be NULL, for the usual one. */
int update_place_make(struct update_place *place, const char *cache,
    int image, struct error *err);
/* In the sandbox; the workspace is the caller's to release. */
int update_place_enter(const struct update_place *place,
    struct workspace *workspace, struct events *events, struct error *err);
/* Outside: it is gone. */
void update_place_release(struct update_place *place);

#endif
