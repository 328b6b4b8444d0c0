/*
 * guest_files: what the description of a guest brings from this host: files of
 * --skel, --copy-in and the like.
 */
#ifndef GUEST_GUEST_FILES_H
#define GUEST_GUEST_FILES_H

#include "base/error.h"
#include "guest/guest.h"

/* Fills guest->files. A new guest has the admin's skel directories
 * (base/config.h) if none is named. */
int guest_read_files(struct guest *guest, struct error *err);

#endif
