/*
 * run_base: what guests of one kind have in common: the plan of their packages
 * and, as an image, the root's filesystem before it becomes any guest's own.
 *
 *	run_base_key	which it is (run_base_key.h)
 *	run_base_plan	asks the archive for the plan
 *	run_base_make	the image, from the cache or made anew
 *	run_base_near	for several guests: from where it can be cloned
 *
 * All of them take a run that is described (run_describe); its disks are not
 * looked at. A run makes a base of its own, unless run->base is set when it is
 * planned: then it borrows that one, asks no archive and needs no sandbox. A
 * base may be borrowed by any number of runs, also in processes that were
 * forked after run_base_make, as the image is only read. It stays as it is when
 * the cache drops or replaces what it came from.
 */
#ifndef MAKE_RUN_BASE_H
#define MAKE_RUN_BASE_H

#include <stdint.h>

#include "base/error.h"
#include "make/run_base_key.h"
#include "root/root.h"

struct run;

struct run_base {
	struct root_plan root_plan;
	int image;	/* of the root's filesystem; -1: not made */
	uint64_t used;	/* bytes that its tree takes */
};

#define RUN_BASE_NONE \
	(struct run_base){.root_plan = {.cache = -1}, .image = -1}
#define auto_run_base __attribute__((cleanup(run_base_release)))

int run_base_plan(struct run_base *base, struct run *run, struct error *err);
int run_base_make(struct run_base *base, struct run *run, struct error *err);
/* Where the run's own image will be, files can share blocks, but not with those
 * of the cache, which is elsewhere: then the base is copied there once, without
 * a name. If that cannot be, each guest takes the longer way. */
void run_base_near(struct run_base *base, const struct run *run);
void run_base_release(struct run_base *base);

#endif
