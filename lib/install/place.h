/*
 * place: whole files put into, or out of, a root that is being made. Unlike
 * with inside_write nothing is synced or renamed: the root counts only once it
 * is complete. Paths are the guest's, resolved below `root`; owners are 0:0.
 */
#ifndef INSTALL_PLACE_H
#define INSTALL_PLACE_H

#include <stdint.h>
#include <sys/types.h>

#include "base/error.h"
#include "base/text.h"

int place_file(int root, const char *path, struct view text, mode_t mode,
    struct error *err);
/* Missing parents are made 0755; the mode is set even if it is there. */
int place_directory(int root, const char *path, mode_t mode,
    struct error *err);
int place_symlink(int root, const char *path, const char *target,
    struct error *err);
/* Sets the modification time; symlinks are not followed. */
int place_time(int root, const char *path, int64_t seconds,
    struct error *err);

/* Removes a file, or a directory and all below it; absent is fine. */
int place_remove(int root, const char *path, struct error *err);
/* Removes all that is in a directory, but for `except` (or NULL). */
int place_empty(int root, const char *path, const char *except,
    struct error *err);

#endif
