/*
 * update_root: a guest's tree, taken out of its filesystem and brought up to
 * date by its own apt. Both run in the sandbox of sandbox_start_mapped, since
 * a guest may have changed the filesystem as well as the programs in it.
 */
#ifndef KEEP_UPDATE_ROOT_H
#define KEEP_UPDATE_ROOT_H

#include "base/error.h"
#include "base/events.h"
#include "base/vector.h"

/* All that is on the filesystem of `disk` (open for reading), which a confined
 * child reads, into an empty directory. */
int update_root_read(int disk, int root, struct error *err);

/*
 * apt-get update and upgrade, new packages included and files that the admin
 * has changed kept, with the host's resolver and network. No service starts.
 * Adds a line for each package that has become another: "NAME OLD NEW", with
 * "-" where there is none.
 */
int update_root_upgrade(int root, struct strings *changes,
    struct events *events, struct error *err);

#endif
