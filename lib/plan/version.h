/*
 * version: Debian version numbers (deb-version(7)), compared as dpkg does.
 */
#ifndef PLAN_VERSION_H
#define PLAN_VERSION_H

#include <stdbool.h>

#include "base/error.h"
#include "base/text.h"

/* <0, 0 or >0. Anything is compared, valid or not. */
int version_compare(struct view a, struct view b);
bool version_is_valid(struct view version);

#endif
