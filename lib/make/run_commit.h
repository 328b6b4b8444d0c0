/*
 * run_commit: what a run puts beside its disks, and the moment in which all
 * of it appears. The calls in their order:
 *
 *	run_commit_begin	before a disk is touched: the last look at all
 *				of them; manifest, password, domain file, kernel
 *				and ramdisk: written, but not to be seen
 *	run_commit		disks are synced, and all get their names
 */
#ifndef MAKE_RUN_COMMIT_H
#define MAKE_RUN_COMMIT_H

#include "base/error.h"
#include "make/commit.h"
#include "make/run.h"

int run_commit_begin(struct run *run, struct commit *files, struct error *err);
int run_commit(struct run *run, struct commit *files, struct error *err);

#endif
