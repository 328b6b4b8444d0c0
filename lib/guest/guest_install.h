/*
 * guest_install: a guest whose system comes from an installer's ISO image: a
 * machine with an empty disk and that image in its CD drive. Nothing is
 * bootstrapped.
 */
#ifndef GUEST_GUEST_INSTALL_H
#define GUEST_GUEST_INSTALL_H

#include "base/faults.h"
#include "guest/guest.h"

/* Before the other checks: what does not go with --iso, or needs it. Fills in
 * the type. */
void guest_install_check(struct guest *guest, struct faults *faults);

#endif
