/*
 * data: the files that come with mkguest: templates/, hooks/. They are looked
 * for in ../.. beside the running program (a build tree; one more level up for
 * unit tests), then in the installed data directory.
 */
#ifndef BASE_DATA_H
#define BASE_DATA_H

#include "base/buffer.h"
#include "base/error.h"

/* Appends the whole text of templates/NAME. */
int data_read(const char *name, struct buffer *text, struct error *err);

/* The same of the admin's templates/NAME (config.h) if there is one; the path
 * of what was read, for messages, is freed by the caller. */
int data_read_template(const char *name, char **path, struct buffer *text,
    struct error *err);

/* The same of a file of the admin's, by its path below the directories of
 * config.h, or if there is none of that which comes with mkguest. */
int data_read_either(const char *admins, const char *ours, char **path,
    struct buffer *text, struct error *err);

/* The path of a file or directory that comes with mkguest; whether it is there
 * or not. Freed by the caller. */
char *data_path(const char *name);

/* The path of another of our programs, beside the running one; freed by the
 * caller. */
char *data_program(const char *name);

/* Reads all of them now, so that data_read_template needs to open none any
 * more: for what is to run confined (confined.h). */
int data_keep(struct error *err);

#endif
