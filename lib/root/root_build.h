/*
 * root_build: from a plan to a complete root in the sandbox: download ‖ unpack
 * → configure, or a base that was kept; and then whatever the caller does with
 * it: a directory, a tar, a guest's disk.
 */
#ifndef ROOT_ROOT_BUILD_H
#define ROOT_ROOT_BUILD_H

#include "install/bootstrap.h"
#include "install/sandbox.h"
#include "root/root.h"

/* A complete root: the directory that was opened, or a tar of it. */
struct root_tree {
	int fd;
	bool is_tar;
	bool is_kept;	/* the cache has it as a base */
};

/* What the caller adds; `context` is handed to each. */
struct root_build {
	struct root_request *request;	/* changed by setup hooks only */
	struct root_plan *root_plan;	/* if there are such, it is made here */
	bool only_plan;	/* nothing is done with it */
	const struct bootstrap_file *files;	/* the root's own */
	const char *base_without;	/* no base has what begins with this
					   path; NULL: has all */
	bool is_filled;	/* the directory is not empty: not for a base */
	const char *format;	/* of what it becomes; hooks are told */
	int whole;	/* an empty file that becomes the tar as it is, and
			   nothing else; -1: none */
	bool takes_tar;	/* complete does; then open may never be called */
	/* Outside, before anything is made: the name of its base, or NULL if
	 * none is kept. 1: nothing is to be made. May be NULL. */
	int (*find)(void *context, const char *key, struct error *err);
	/* In the sandbox: the empty directory to build in, and its annex
	 * (install/bootstrap.h) if it has one. */
	int (*open)(void *context, int *root, int *annex, struct error *err);
	/* In the sandbox: the root is complete and configured. */
	int (*complete)(void *context, struct sandbox_inside *inside,
	    const struct root_tree *tree, struct error *err);
	/* In the sandbox, at the end whatever happened; may be NULL. */
	void (*close)(void *context);
	/* Outside: complete asked for something; may be NULL. */
	int (*answer)(void *context, struct sandbox *sandbox, unsigned tag,
	    uint64_t number, struct error *err);
	void *context;
};

int root_build(const struct root_build *build, struct error *err);

#endif
