/*
 * unfinished: volumes that runs made which were killed before their commit.
 * They carry a mark with the guest's name (disk/volume.h); a run that lives
 * holds the lock of that (guest_lock). What a manifest or a domain file names
 * is never one of them.
 */
#ifndef MAKE_UNFINISHED_H
#define MAKE_UNFINISHED_H

#include "make/run_disk.h"

/* Whom the marks are for: this host's runs with these locks; to be freed. */
char *unfinished_home(const char *locks);
/*
 * Of those that volume_look has found, removes what is of dead runs; this run
 * has the lock of `guest`. If the gate only looks it removes none. What cannot
 * be removed stays, with a warning.
 */
void unfinished_reap(struct run_disk *disk, const char *guest);

#endif
