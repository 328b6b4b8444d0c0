/*
 * run_stamp: the root's disk of a run as a copy of its base's image, which
 * becomes the guest's own by edits of files: no sandbox, no mount, no root.
 */
#ifndef MAKE_RUN_STAMP_H
#define MAKE_RUN_STAMP_H

#include "make/commit.h"
#include "make/run.h"

/* With run->base made. All that can go wrong with the edits has done so before
 * a disk is touched. */
int run_stamp(struct run *run, struct commit *files, struct error *err);

#endif
