/*
 * fields: tables of options as the fields of a stanza (stanza.h), so that a
 * file says what a command line can say. An option --image-dir is the field
 * Image-Dir, in any case; those of OPTION_LETTER are none. A flag is yes or no;
 * a list has blanks, commas or lines between its items; a repeatable option has
 * one value a line; all others are one line. Only fields of OPTION_ORDER may be
 * there several times, as their order counts. A field without a value says that
 * there is none, whatever a file that is farther says.
 */
#ifndef BASE_FIELDS_H
#define BASE_FIELDS_H

#include "base/options.h"
#include "base/stanza.h"

struct fields {
	const struct option *const *tables;	/* NULL-ended */
	void *record;
	/* What is here came from nearer, and hides the fields of a file. */
	struct origins *origins;
	/* Does something that is nearer hide the option as well? Or NULL. */
	bool (*is_hidden)(const struct origins *nearer,
	    const struct option *option);
	/* For writing: is this one left out? Or NULL. */
	bool (*is_left_out)(const struct option *option);
	bool without_help;	/* only the fields are written */
};

/*
 * Sets what nothing nearer has set. Wrong use, with a line "PATH:LINE: Field:
 * what is wrong" for each field that is unknown, there twice, or whose value is
 * none; all others are set. A field without a line is called as members.h has
 * it.
 */
int fields_read(const struct fields *fields, const char *path,
    const struct stanza *stanza, struct error *err);

/* Appends the fields of all options that have an origin, each below what
 * --help says of it. Wrong use if a value cannot stand in a file. */
int fields_write(const struct fields *fields, struct buffer *text,
    struct error *err);

/* Adds the values that an option has in the record, as a file would have them:
 * a list is one, and of what is not set there is none. */
void field_values(const struct option *option, const void *record,
    struct strings *values);

#endif
