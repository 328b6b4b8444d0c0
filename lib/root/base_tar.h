/*
 * base_tar: a finished root as the tar of a base, and back. Both run in the
 * sandbox, where the guest's ids are its own.
 */
#ifndef ROOT_BASE_TAR_H
#define ROOT_BASE_TAR_H

#include "base/error.h"
#include "root/base_cache.h"

/*
 * Leaves out what begins with the path `without` ("etc/ssh/ssh_host_"; may be
 * NULL). Refuses a root with a private key in it: what is unique to one root
 * does not belong into several.
 */
int base_tar_write(int root, const char *without, int tar, struct error *err);

/* Into an empty directory: 1, or 0 (and why) if the tar turns out not to be
 * what was recorded, or -1. Unless 1, the directory holds what is of no use. */
int base_tar_read(const struct base *base, int root, struct error *err);
/* Any tar of a root, from a pipe, too; without what is in its /dev, but the
 * nodes that every root has. */
int base_tar_unpack(int tar, int root, struct error *err);

#endif
