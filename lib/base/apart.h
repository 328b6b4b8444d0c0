/*
 * apart: a function run in a child with a session of its own, so that what
 * kills us, or our process group, does not stop it half way. We wait for it;
 * it holds our descriptors, and with them our locks, until it is done. For
 * what is over in a moment.
 */
#ifndef BASE_APART_H
#define BASE_APART_H

#include "base/error.h"

int apart_run(int (*run)(void *context, struct error *err), void *context,
    struct error *err);

#endif
