/*
 * options: the command line of a tool as a table. The same table gives the
 * parser, --help, and (for a guest's options) the fields of its file.
 *
 *	static const struct option options[] = {
 *		{'q', "quiet", NULL, "say only what fails", OPTION_FLAG,
 *		    offsetof(struct request, quiet)},
 *		{0, "size", "SIZE", "of the image (default 2G)", OPTION_SIZE,
 *		    offsetof(struct request, size)},
 *		OPTIONS_END
 *	};
 *
 * Long options take --name VALUE and --name=VALUE, and may be shortened as long
 * as they stay the only ones; "--" ends them. Of an option that is not
 * repeatable the last one counts. A flag may be taken back: --quiet=no.
 */
#ifndef BASE_OPTIONS_H
#define BASE_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"
#include "base/error.h"
#include "base/origins.h"
#include "base/vector.h"

enum option_kind {
	OPTION_FLAG,	/* bool */
	OPTION_LETTER,	/* char, its letter; takes no value. Of options that
			   share the place the last one counts */
	OPTION_TEXT,	/* char *, owned */
	OPTION_SIZE,	/* uint64_t, bytes */
	OPTION_NUMBER,	/* uint64_t */
	OPTION_MEBIBYTES,	/* uint64_t, of memory */
	OPTION_LIST,	/* struct strings; commas separate; repeatable */
	OPTION_REPEAT,	/* struct strings; one item each time */
	OPTION_ORDER,	/* struct strings; the option's name, then its value:
			   options that share the place keep their order */
};

struct option {
	char letter;	/* or 0 */
	const char *name;
	const char *argument;	/* what --help calls it; NULL for a flag */
	const char *help;
	enum option_kind kind;
	size_t offset;	/* in the record */
};

#define OPTIONS_END {0, NULL, NULL, NULL, OPTION_FLAG, 0}

/*
 * Fills `record` (zeroed or holding defaults; text defaults are replaced, not
 * freed) and collects operands. Several tables may share one record: `tables`
 * ends with NULL. Errors are wrong use.
 */
int options_parse(const struct option *const *tables, char **arguments,
    void *record, struct strings *operands, struct error *err);

/* What a command line gives besides the record. */
struct options_given {
	struct strings operands;
	struct origins origins;	/* of all options that were there */
};

/* The same, and tells which options were there. */
int options_parse_given(const struct option *const *tables, char **arguments,
    void *record, struct options_given *given, struct error *err);

/* Sets one option by its name, as options_parse does; a flag is set by NULL or
 * yes, and taken back by no. */
int options_set(const struct option *option, const char *value, void *record,
    struct error *err);

/* Does the record hold anything for it? */
bool option_is_set(const struct option *option, const void *record);
/* The same for the table's option of that name? */
bool options_has(const struct option *table, const char *name,
    const void *record);

/* The lines of --help for a table. */
void options_help(const struct option *table, struct buffer *text);

/* Frees what OPTION_TEXT, _LIST, _REPEAT and _ORDER own. */
void options_release(const struct option *table, void *record);

#endif
