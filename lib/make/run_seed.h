/*
 * run_seed: the medium that tells cloud-init who the guest is, beside its
 * images. It holds hashes and keys, so only its owner can read it.
 *
 *	run_seed_plan	where it will be; this guest's own is replaced with
 *			--force, another file is refused
 *	run_seed_add	made, and among the files of the commit
 *	run_seed_old	that of an earlier make, which the new one has no more:
 *			its path, or NULL
 *	run_seed_forget	it is gone
 */
#ifndef MAKE_RUN_SEED_H
#define MAKE_RUN_SEED_H

#include "make/commit.h"
#include "make/run.h"

/* Of a guest without one, nothing. */
int run_seed_plan(struct run *run, struct error *err);
int run_seed_add(struct run *run, struct commit *files, struct error *err);
const char *run_seed_old(const struct run *run);
/* What fails is only told. */
void run_seed_forget(const struct run *run);

#endif
