/*
 * cfg_guest: what dom0 has of a guest that was made here: its domain file, and
 * copies of its kernel and initrd.
 */
#ifndef MAKE_CFG_GUEST_H
#define MAKE_CFG_GUEST_H

#include "base/error.h"
#include "base/events.h"

struct cfg_refreshed {
	char *before, *after;	/* the kernels' releases; NULL: not known */
};

/* Writes the domain file anew, as the manifest has it. `version` is the Xen
 * that is to read it, as --xen-version has it, NULL: as when it was made. */
int cfg_write(const char *name, const char *version, struct error *err);
/* Takes kernel and initrd out of the guest's disk again, which must not run. */
int cfg_refresh(const char *name, struct cfg_refreshed *refreshed,
    struct events *events, struct error *err);
void cfg_refreshed_release(struct cfg_refreshed *refreshed);

#endif
