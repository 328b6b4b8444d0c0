/*
 * interrupt: SIGINT, SIGTERM and SIGHUP become a flag, so that a run unwinds
 * through its clean-ups instead of dying with mounts and files left behind.
 * Blocking calls return EINTR (no SA_RESTART); loops check the flag.
 */
#ifndef BASE_INTERRUPT_H
#define BASE_INTERRUPT_H

#include <stdbool.h>

#include "base/error.h"

void interrupt_catch(void);	/* once, at the start of a tool */
bool interrupt_is_set(void);
int interrupt_check(struct error *err);	/* -1 with the sentence if set */
void interrupt_default(void);	/* in a child that is to die of signals */

#endif
