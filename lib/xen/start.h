/*
 * start: a domain that its toolstack starts from its domain file.
 */
#ifndef XEN_START_H
#define XEN_START_H

#include <stdbool.h>

#include "base/error.h"

/* Is the toolstack, xl or xm, here? */
int start_check(const char *toolstack, struct error *err);
/* With `console` the domain's is on this terminal, until it is left. */
int start_domain(const char *toolstack, const char *cfg, bool console,
    struct error *err);

#endif
