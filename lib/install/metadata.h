/*
 * metadata: owner, mode and time in whole seconds of a path that a package
 * brings, given to what was made of it.
 */
#ifndef INSTALL_METADATA_H
#define INSTALL_METADATA_H

#include "install/unpacked.h"

/* Owner and mode. */
int metadata_own(int fd, const struct unpacked_path *path, struct error *err);
int metadata_set_time(int fd, const struct unpacked_path *path,
    struct error *err);

/* The same of a name in a directory, for what cannot be opened. */
int metadata_own_name(int directory, const char *name,
    const struct unpacked_path *path, struct error *err);
int metadata_set_name_time(int directory, const char *name,
    const struct unpacked_path *path, struct error *err);

#endif
