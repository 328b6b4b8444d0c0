/*
 * guest_boot: what starts a guest: the toolstack, the type of its domain, and
 * where its kernel comes from. What was not asked for follows from the rest and
 * from what the release's kernel can (Kernel-Types, Kernel-Compression).
 */
#ifndef GUEST_GUEST_BOOT_H
#define GUEST_GUEST_BOOT_H

#include "base/faults.h"
#include "guest/guest.h"

/* What needs no release: are the words known, and do they go together? Fills in
 * toolstack, boot and, for hvm, firmware. */
void guest_boot_check(struct guest *guest, struct faults *faults);
/* The same with the release; fills in the type. What does not go together is
 * wrong use. */
int guest_boot_complete(struct guest *guest, const struct suite *suite,
    struct error *err);

#endif
