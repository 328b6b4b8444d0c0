/*
 * guest_files: what the description of a guest brings from this host: files of
 * --skel, --copy-in and the like, scripts of --first-boot.
 */
#ifndef GUEST_GUEST_FILES_H
#define GUEST_GUEST_FILES_H

#include "base/error.h"
#include "guest/guest.h"

/* Fills guest->files. A new guest has the admin's skel directories
 * (base/config.h) if none is named. */
int guest_read_files(struct guest *guest, struct error *err);
/*
 * A script of ours that runs once when the guest first boots, after those that
 * were added before. Before guest_read_files. `name` is one of a file.
 */
int guest_add_first_boot(struct guest *guest, const char *name,
    struct view script, struct error *err);

#endif
