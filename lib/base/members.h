/*
 * members: tables of options as the members of a JSON object, so that a
 * program says what a file of fields (fields.h) can say. An option --image-dir
 * is the member image_dir. A flag is a boolean, and what is a number may be
 * one; a list and a repeatable option are an array or what a field has as its
 * text. null says nothing; an empty string or array says that there is no
 * value.
 */
#ifndef BASE_MEMBERS_H
#define BASE_MEMBERS_H

#include <jansson.h>

#include "base/fields.h"

/* Sets what nothing nearer has set. Wrong use, with a line "member: what is
 * wrong" for each member that is unknown or whose value is none; all others are
 * set. Their origins have no line. */
int members_read(const struct fields *fields, const json_t *object,
    struct error *err);

#endif
