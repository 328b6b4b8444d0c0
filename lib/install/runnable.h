/*
 * runnable: does this machine run the programs of an architecture, by itself
 * or through binfmt_misc? A program of that architecture, which only ends, is
 * run in the root: there an interpreter is found only if the kernel holds it
 * open (flag F of binfmt_misc), as the guest's own programs need it.
 */
#ifndef INSTALL_RUNNABLE_H
#define INSTALL_RUNNABLE_H

#include "base/buffer.h"
#include "base/error.h"

/* Says what to do if not. One that is not known here passes. */
int runnable_check(int root, const char *architecture, struct error *err);

/* Adds that program; false if the architecture is not known here. */
bool runnable_program(const char *architecture, struct buffer *program);

/* Says so if nothing can be run where the root is made. */
int runnable_check_mount(int root, struct error *err);

#endif
