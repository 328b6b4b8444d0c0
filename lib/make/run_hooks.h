/*
 * run_hooks: the hooks and roles of a run.
 *
 *	run_hooks_find	all of them, before anything else is looked at
 *	run_hooks_titles	what the run would run (--dry-run)
 *	run_hooks_personalise	in the sandbox: the root is this guest's
 *	run_hooks_filled	in the sandbox: so is its filesystem
 *	run_hooks_created	after the commit
 *
 * Those of the bootstrap go with run->request.
 */
#ifndef MAKE_RUN_HOOKS_H
#define MAKE_RUN_HOOKS_H

#include "make/run.h"

int run_hooks_find(struct run *run, struct error *err);
/* One line a hook, in their order: "STAGE hook 'PATH'". */
void run_hooks_titles(const struct run *run, struct strings *titles);

int run_hooks_personalise(const struct run *run, int root,
    struct events *events, struct error *err);
/* `disk` is where the root's filesystem is. */
int run_hooks_filled(const struct run *run, int disk, struct events *events,
    struct error *err);
int run_hooks_created(const struct run *run, struct error *err);

#endif
