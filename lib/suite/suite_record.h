/*
 * suite_record: a stanza of a release table as a struct suite: the columns, and
 * what their values may be. A field that no code asks for is unknown.
 */
#ifndef SUITE_SUITE_RECORD_H
#define SUITE_SUITE_RECORD_H

#include "suite/suite.h"

/* Fills in the rest from the suite's fields. The error has a line
 * "PATH:LINE: Field: what is wrong" for each that is. */
int suite_record_read(struct suite *suite, const char *path,
    struct error *err);
void suite_record_release(struct suite *suite);

/* Adds the words of a field; an absent one has none. */
void suite_words_add(struct strings *words, struct view text);

#endif
