/*
 * state: where mkguest remembers its guests between runs: /var/lib/mkguest as
 * root, $XDG_DATA_HOME/mkguest (~/.local/share/mkguest) as user, or wherever
 * $MKGUEST_STATE says. Below it: guests/ (manifests), locks/, boot/.
 */
#ifndef GUEST_STATE_H
#define GUEST_STATE_H

#include "base/error.h"

/* Freed by the caller. */
char *state_directory(void);

/* The path of NAME in a directory of the state, which is made if need be. */
char *state_path(const char *directory, const char *name, struct error *err);

/* An exclusive lock on the guest's name for this run; a descriptor. */
int guest_lock(const char *name, struct error *err);

#endif
