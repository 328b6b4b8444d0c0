/*
 * data: the files that come with mkguest (templates/). They are looked for in
 * ../../templates beside the running program (a build tree; one more level up
 * for unit tests), then in templates/ of the installed data directory.
 */
#ifndef BASE_DATA_H
#define BASE_DATA_H

#include "base/buffer.h"
#include "base/error.h"

/* Appends the whole text of templates/NAME. */
int data_read(const char *name, struct buffer *text, struct error *err);

#endif
