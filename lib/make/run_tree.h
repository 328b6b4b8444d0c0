/*
 * run_tree: the root of a run as a directory in the sandbox, where it becomes
 * the guest's own and goes to its disks: for guests that cannot share a base
 * (run_base.h), and for hooks that want to see it.
 */
#ifndef MAKE_RUN_TREE_H
#define MAKE_RUN_TREE_H

#include "make/commit.h"
#include "make/run.h"

/* All disks that are mounted are filled then. */
int run_tree_make(struct run *run, struct commit *files, struct error *err);

#endif
