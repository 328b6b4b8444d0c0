/*
 * run_answers: for --unattended, a medium with the answers that a setup of
 * Windows wants, its scripts and drivers, and a floppy where a setup of old
 * looks for them. They hold secrets: 0600, and deleted by mkguest-cfg installed.
 */
#ifndef MAKE_RUN_ANSWERS_H
#define MAKE_RUN_ANSWERS_H

#include "make/commit.h"
#include "make/run.h"

/* Reads and asks for all that is needed, and works out the texts. */
int run_answers_plan(struct run *run, struct error *err);
/* Both media, among the files of the commit. */
int run_answers_add(struct run *run, struct commit *files, struct error *err);
/* Those of an earlier make that are not replaced go. */
void run_answers_forget(const struct run *run);
void run_answers_release(struct run_answers *answers);

#endif
