/*
 * root_action: what mkguest-root makes of a request: the root, or only what
 * it says of one, or its packages.
 */
#ifndef ROOT_ACTION_H
#define ROOT_ACTION_H

#include "bin/root_options.h"

/* Wrong use if the options ask for two that exclude each other. */
int root_action_check(const struct root_options *options, struct error *err);
/* wanted->lock is taken away where nothing is to be written. */
int root_action_run(const struct root_options *options,
    struct root_request *wanted, struct error *err);

#endif
