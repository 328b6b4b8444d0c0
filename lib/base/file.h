/*
 * file: whole files below a directory descriptor. `directory` may be AT_FDCWD.
 * EINTR and short reads and writes are dealt with here and nowhere else.
 * These are for the host's own files; inside a guest use inside.h.
 */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <fcntl.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "base/buffer.h"
#include "base/error.h"

/* Appends all that is left to read in fd. */
int file_read(int fd, struct buffer *text, struct error *err);
int file_read_at(int directory, const char *path, struct buffer *text,
    struct error *err);

int file_write(int fd, const void *data, size_t length, struct error *err);
int file_write_position(int fd, const void *data, size_t length,
    uint64_t position, struct error *err);

/* A file without a name in $TMPDIR, else /var/tmp; -1 failed. */
int file_temporary(struct error *err);

/* All of `from`, whatever its position, to where `to` is. */
int file_copy(int from, int to, struct error *err);

/* Replaces `path`: a temporary beside it, written, synced, renamed. */
int file_replace(int directory, const char *path, const void *data,
    size_t length, mode_t mode, struct error *err);

/* Gives a file from O_TMPFILE its name, in the place of any other. */
int file_name(int directory, int fd, const char *path, struct error *err);

/* Makes the directory and its missing parents, like mkdir -p. */
int file_make_directories(const char *path, mode_t mode, struct error *err);

/* Removes `path` and all below it, never crossing into another filesystem. */
int file_remove_tree(int directory, const char *path, struct error *err);

/* Where a descriptor leads, as this process would name it; freed by the
 * caller. NULL with errno set. */
char *file_descriptor_path(int fd);
/* The same file once more, for reading only; -1 failed. */
int file_reader(int fd, struct error *err);

/* From the current directory on, if it is not absolute; freed by the caller. */
char *file_absolute_path(const char *path);
bool file_exists(int directory, const char *path);
/* Wrong use if the path begins with a ~ that a shell would have replaced if it
 * had stood at the beginning of a word. */
int file_check_path(const char *path, struct error *err);

/* Does the path lead to this very file, or to a node of this device? */
bool file_is(const char *path, const struct stat *status);

#endif
