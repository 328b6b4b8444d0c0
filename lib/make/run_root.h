/*
 * run_root: the root of a run's guest as the bootstrap makes it, without the
 * guest's identity: what it is made from besides packages.
 */
#ifndef MAKE_RUN_ROOT_H
#define MAKE_RUN_ROOT_H

#include "base/error.h"
#include "make/root_build.h"
#include "make/run.h"

struct run_root {
	struct bootstrap_file files[4];	/* the last without a path */
	char *fstab;
	char *sources_path;
	struct buffer sources, locales;
};

#define auto_run_root __attribute__((cleanup(run_root_release)))

void run_root_describe(struct run_root *root, const struct run *run);
void run_root_release(struct run_root *root);
/* Builds it; the rest of `build` is the caller's. */
int run_root_build(struct run *run, struct root_build *build,
    struct error *err);

#endif
