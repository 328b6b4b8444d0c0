/*
 * stanza: the one reader of deb822 text (deb822(5)): package indices, Release
 * files, apt's .sources, the suite table, guests and manifests.
 *
 * The text stays the caller's; every view points into it. A value is the raw
 * text after the colon, trimmed; continuation lines are in it with their
 * leading blank and newlines (view_cut by '\n' walks them). Lines that start
 * with '#' are comments between fields.
 *
 * For indices of 60 000 stanzas, stanza_read_columns fills a record straight
 * from a table:
 *
 *	static const struct stanza_column columns[] = {
 *		{"Package", offsetof(struct package, name)},
 *		{NULL, 0},
 *	};
 */
#ifndef BASE_STANZA_H
#define BASE_STANZA_H

#include "base/buffer.h"
#include "base/error.h"
#include "base/text.h"
#include "base/vector.h"

struct stanza_reader {
	const char *path;	/* for messages: "path:line: …" */
	struct view rest;
	unsigned line;	/* of the next line to read, from 1 */
};

struct stanza_field {
	struct view name;
	struct view value;
	unsigned line;
};

struct stanza {
	VECTOR(struct stanza_field) fields;
	unsigned line;	/* of its first field */
};

struct stanza_column {
	const char *name;
	size_t offset;	/* of a struct view in the record */
};

#define auto_stanza __attribute__((cleanup(stanza_release)))

struct stanza_reader stanza_reader(const char *path, struct view text);

/* The next stanza, into a reused object: 1, or 0 at the end, or -1. */
int stanza_read(struct stanza_reader *reader, struct stanza *stanza,
    struct error *err);
/* The same by column; views of absent fields become absent. */
int stanza_read_columns(struct stanza_reader *reader,
    const struct stanza_column *columns, void *record, struct error *err);

/* A field by its name, case folded; an absent view if it is not there. */
struct view stanza_get(const struct stanza *stanza, const char *name);
void stanza_release(struct stanza *stanza);

/* Writing: "Name: value\n"; nothing for NULL. Newlines in a value are folded. */
void stanza_write(struct buffer *text, const char *name, const char *value);

#endif
