/*
 * parameters: the value of an option that has parts, as a table of options:
 * NAME=VALUE or, of a flag, NAME, with commas between them.
 *
 *	static const struct option table[] = {
 *		{0, "fs", "TYPE", "what is made on it", OPTION_TEXT,
 *		    offsetof(struct guest_disk, fs)},
 *		OPTIONS_END
 *	};
 *	static const struct parameters parameters = {table, "options", NULL};
 *
 * Those of OPTION_REPEAT may be given several times.
 */
#ifndef BASE_PARAMETERS_H
#define BASE_PARAMETERS_H

#include "base/buffer.h"
#include "base/error.h"
#include "base/options.h"

struct parameters {
	const struct option *table;
	const char *last;	/* takes all that follows, commas too; NULL:
				   none does */
	const char *form;	/* what to write, for who has not */
};

/* The one that the text begins with, "NAME=…" or a flag; else NULL. */
const struct option *parameters_find(const struct parameters *parameters,
    struct view text);

/* Fills the record; wrong use if there is an unknown one, one without its value
 * or one given twice. An absent view is none. */
int parameters_parse(const struct parameters *parameters, struct view text,
    void *record, struct error *err);

/* The same again, each with a comma before it. */
void parameters_text(const struct parameters *parameters, const void *record,
    struct buffer *text);

#endif
