/*
 * wipe: what the former owner of a block device left on it is gone before a
 * guest can read it. A device that makes zeros itself is wiped in any case;
 * writing them takes as long as the device is large, so that is asked for.
 */
#ifndef DISK_WIPE_H
#define DISK_WIPE_H

#include <stdbool.h>

#include "base/error.h"
#include "base/events.h"
#include "disk/target.h"

/*
 * After target_begin. `always`: with zeros that we write, if need be; without
 * it, one warning says that something stays. An image has nothing to wipe.
 */
int target_wipe(const struct target *target, bool always,
    struct events *events, struct error *err);

/* Zeros over all that an image has, before it is removed. Where the filesystem
 * or the device writes to another place, that is left there. */
int image_wipe(const char *path, struct events *events, struct error *err);

#endif
