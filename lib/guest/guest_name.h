/*
 * guest_name: a hostname (RFC 1123) that is also safe as the name of a file
 * and of a domain.
 */
#ifndef GUEST_GUEST_NAME_H
#define GUEST_GUEST_NAME_H

#include "base/error.h"

/* Wrong use if it is none. */
int guest_name_check(const char *name, struct error *err);

#endif
