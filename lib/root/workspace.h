/*
 * workspace: the directory in which a root is made, inside the sandbox: a
 * tmpfs of the private mount namespace when there is memory for it, else a
 * locked directory below the cache that the next run removes if we die.
 */
#ifndef ROOT_WORKSPACE_H
#define ROOT_WORKSPACE_H

#include <stdint.h>

#include "base/error.h"
#include "base/events.h"
#include "root/annex.h"

struct workspace {
	int root;	/* descriptor of the empty directory */
	int work;	/* CACHE/work, or the tmpfs over it */
	struct annex annex;	/* beside it */
	char *name;	/* of the directory in `work` */
};

#define auto_workspace __attribute__((cleanup(workspace_release)))

/* `bytes`: what the root will hold at the most, as the packages say. */
int workspace_open(struct workspace *workspace, const char *cache_directory,
    uint64_t bytes, struct events *events, struct error *err);
/* What dead runs left in CACHE/work. Under its lock (flock), so that a directory
 * in it that is not locked is dead. */
void workspace_reap(int work);
/* Removes the directory and closes. */
void workspace_release(struct workspace *workspace);

#endif
