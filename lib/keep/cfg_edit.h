/*
 * cfg_edit: keys of a domain file set and taken out, the rest kept as it was
 * (xen/config_edit.h).
 */
#ifndef KEEP_CFG_EDIT_H
#define KEEP_CFG_EDIT_H

#include "base/error.h"
#include "base/events.h"
#include "base/vector.h"

/* Each is KEY=VALUE, or KEY alone, which is taken out. All of them or none. A
 * warning says what xl would not like of those keys afterwards. */
int cfg_edit(const char *path, const struct strings *edits,
    struct events *events, struct error *err);

/* Makes a domain file of xm one of xl (xen/convert.h), and warns of what is
 * left to do. */
int cfg_convert(const char *path, struct events *events, struct error *err);

#endif
