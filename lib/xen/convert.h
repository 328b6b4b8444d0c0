/*
 * convert: a domain file of xm made one of xl. Only what differs is changed;
 * comments and the rest stay. Programs in Python, which xm took as well, cannot
 * be read.
 */
#ifndef XEN_CONVERT_H
#define XEN_CONVERT_H

#include "base/buffer.h"
#include "base/error.h"

/* Appends the text for xl. */
int convert_to_xl(const char *path, struct view text, struct buffer *converted,
    struct error *err);

#endif
