/*
 * vif_spec: one entry of a domain file's vif list
 * (xl-network-configuration(5)): KEY=VALUE and flags, between commas.
 */
#ifndef XEN_VIF_SPEC_H
#define XEN_VIF_SPEC_H

#include <stdbool.h>

#include "base/text.h"

/* The next parameter, without the blanks before it, as xl takes it; false when
 * there is none left. `value` is absent of a flag. */
bool vif_spec_next(struct view *rest, struct view *name, struct view *value);
/* The last value of a parameter; absent if it is not there. */
struct view vif_spec_get(const char *text, const char *name);

#endif
