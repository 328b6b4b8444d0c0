/*
 * cfg_guest: what dom0 has of a guest that was made here: its domain file, and
 * copies of its kernel and initrd.
 */
#ifndef KEEP_CFG_GUEST_H
#define KEEP_CFG_GUEST_H

#include <sys/types.h>

#include "base/buffer.h"
#include "base/error.h"
#include "base/events.h"
#include "guest/manifest.h"

struct cfg_refreshed {
	char *before, *after;	/* the kernels' releases; NULL: not known */
};

/* Appends the text of the domain file that the manifest stands for, which may
 * hold a secret; the file's mode then says so. */
int cfg_text(const struct manifest *manifest, struct buffer *text,
    mode_t *mode, struct error *err);
/* Says the domain file that is there the same, in whatever order? 1, or 0; -1
 * if that cannot be told. */
int cfg_is_as_made(const struct manifest *manifest, struct error *err);
/* Writes the domain file anew, as the manifest has it. `version` is the Xen
 * that is to read it, as --xen-version has it, NULL: as when it was made. */
int cfg_write(const char *name, const char *version, struct error *err);
/* Appends what libvirt is told of the guest; nothing is written. */
int cfg_libvirt(const char *name, struct buffer *text, struct error *err);
/* Takes kernel and initrd out of the guest's disk again, which must not run. */
int cfg_refresh(const char *name, struct cfg_refreshed *refreshed,
    struct events *events, struct error *err);
void cfg_refreshed_release(struct cfg_refreshed *refreshed);

#endif
