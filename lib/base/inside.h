/*
 * inside: paths inside a guest. `root` is a descriptor of the guest's root
 * directory; every path is resolved below it (openat2 RESOLVE_IN_ROOT), so
 * that neither "..", nor a symlink, nor a mount made by the guest can lead out.
 * Paths may start with "/" or not. Errors name the guest's path.
 */
#ifndef BASE_INSIDE_H
#define BASE_INSIDE_H

#include <fcntl.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "base/buffer.h"
#include "base/error.h"

/* Like open(2); O_CLOEXEC is added. -1 with errno set, and no message. */
int inside_open(int root, const char *path, int flags, mode_t mode);

/*
 * Opens the directory that holds the last name of `path` (symlinks followed)
 * and points *name at that last name. -1 with errno set.
 */
int inside_open_parent(int root, const char *path, const char **name);

/* Symlinks in the last name are not followed. -1 with errno set. */
int inside_stat(int root, const char *path, struct stat *status);
bool inside_exists(int root, const char *path);	/* follows symlinks */

int inside_read(int root, const char *path, struct buffer *text,
    struct error *err);
/* Replaces or makes the file; its directory must exist. */
int inside_write(int root, const char *path, const void *data, size_t length,
    mode_t mode, struct error *err);
int inside_make_directories(int root, const char *path, mode_t mode,
    struct error *err);
int inside_remove(int root, const char *path, struct error *err);	/* one file; absent is fine */

#endif
