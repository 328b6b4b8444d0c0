/*
 * suite_filesystem: what of a filesystem depends on the release that is to
 * live in it.
 */
#ifndef ROOT_SUITE_FILESYSTEM_H
#define ROOT_SUITE_FILESYSTEM_H

#include "disk/filesystem.h"
#include "suite/suite.h"

/*
 * Fills in type, features and inode size where they are not given; the texts
 * are the suite's. Refuses a type that the release cannot mount.
 */
int suite_filesystem(const struct suite *suite, struct filesystem *filesystem,
    struct error *err);

#endif
