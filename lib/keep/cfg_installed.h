/*
 * cfg_installed: a guest that --iso began has its system on its disk now: the
 * domain file boots that, the installer's CD and the answers are out of it, and
 * the answers, which hold secrets, are deleted.
 */
#ifndef KEEP_CFG_INSTALLED_H
#define KEEP_CFG_INSTALLED_H

#include "base/error.h"
#include "base/events.h"

/* Of the guest of that name; what is not in the domain file any more is none to
 * take out. */
int cfg_installed(const char *name, struct events *events, struct error *err);

#endif
