/*
 * fleet_addresses: the guests of a fleet whose Nic has ip=pool/PREFIX get an
 * address out of their Address-Pool in the place of that word. A guest keeps
 * the address that its manifest or domain file says; the others get, in the
 * order of the file, the lowest that nobody has: no guest of this host, and
 * nothing else that the file names. So there is nothing to remember beside the
 * manifests, and a guest that is deleted frees its address.
 */
#ifndef FLEET_FLEET_ADDRESSES_H
#define FLEET_FLEET_ADDRESSES_H

#include "fleet/fleet_file.h"
#include "make/claims.h"

/* Before the guests are completed. What cannot be given goes to `wrong`. */
void fleet_addresses_give(const struct fleet_file *file,
    const struct claims *claims, struct error_list *wrong);

#endif
