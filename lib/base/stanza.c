#include "base/stanza.h"

#include <string.h>
#include <strings.h>

struct stanza_reader
stanza_reader(const char *path, struct view text)
{
	return (struct stanza_reader){.path = path, .rest = text, .line = 1};
}

static struct view
reader_line(struct stanza_reader *reader)
{
	struct view line = reader->rest;
	const char *end = memchr(line.data, '\n', line.length);

	if (end)
		line.length = (size_t)(end - line.data);
	reader->rest.data += line.length + (end != NULL);
	reader->rest.length -= line.length + (end != NULL);
	reader->line++;
	return line;
}

static bool
line_is_blank(struct view line)
{
	return view_trim(line).length == 0;
}

static bool
reader_continues(const struct stanza_reader *reader)
{
	return reader->rest.length &&
	    (reader->rest.data[0] == ' ' || reader->rest.data[0] == '\t');
}

/* The field that starts on `line`, with its continuation lines. */
static int
reader_field(struct stanza_reader *reader, struct view line,
    struct stanza_field *field, struct error *err)
{
	const char *colon = memchr(line.data, ':', line.length);

	field->line = reader->line - 1;
	if (!colon || colon == line.data || line.data[0] == ' ' ||
	    line.data[0] == '\t')
		return error_set(err, "%s:%u: not a 'Field: value' line",
		    reader->path, field->line);
	field->name = (struct view){line.data, (size_t)(colon - line.data)};
	field->value.data = colon + 1;
	field->value.length = (size_t)(line.data + line.length - colon - 1);
	while (reader_continues(reader)) {
		struct view more = reader_line(reader);

		field->value.length =
		    (size_t)(more.data + more.length - field->value.data);
	}
	field->value = view_trim(field->value);
	return 0;
}

/* 1 and a field, or 0 at the end of the stanza (or of the text), or -1. */
static int
reader_next(struct stanza_reader *reader, bool started,
    struct stanza_field *field, struct error *err)
{
	while (reader->rest.length) {
		struct view line = reader_line(reader);

		if (line.length && line.data[0] == '#')
			continue;
		if (line_is_blank(line)) {
			if (started)
				return 0;
			continue;
		}
		return reader_field(reader, line, field, err) < 0 ? -1 : 1;
	}
	return 0;
}

int
stanza_read(struct stanza_reader *reader, struct stanza *stanza,
    struct error *err)
{
	struct stanza_field field;
	int more;

	stanza->fields.count = 0;
	while ((more = reader_next(reader, stanza->fields.count > 0, &field,
	    err)) > 0) {
		if (!stanza->fields.count)
			stanza->line = field.line;
		*vector_push(&stanza->fields) = field;
	}
	return more < 0 ? -1 : stanza->fields.count > 0;
}

static void
column_set(const struct stanza_column *columns, void *record,
    const struct stanza_field *field)
{
	/* most columns differ in the first letter already */
	char first = field->name.data[0] | 0x20;

	for (; columns->name; columns++)
		if ((columns->name[0] | 0x20) == first &&
		    view_equal_fold(field->name, view_of(columns->name))) {
			*(struct view *)((char *)record + columns->offset) =
			    field->value;
			return;
		}
}

int
stanza_read_columns(struct stanza_reader *reader,
    const struct stanza_column *columns, void *record, struct error *err)
{
	struct stanza_field field;
	bool started = false;
	int more;

	for (const struct stanza_column *c = columns; c->name; c++)
		*(struct view *)((char *)record + c->offset) = (struct view){0};
	while ((more = reader_next(reader, started, &field, err)) > 0) {
		started = true;
		column_set(columns, record, &field);
	}
	return more < 0 ? -1 : started;
}

struct view
stanza_get(const struct stanza *stanza, const char *name)
{
	vector_each(field, &stanza->fields)
		if (view_equal_fold(field->name, view_of(name)))
			return field->value;
	return (struct view){0};
}

void
stanza_release(struct stanza *stanza)
{
	vector_release(&stanza->fields);
}

void
stanza_write(struct buffer *text, const char *name, const char *value)
{
	struct view rest = view_of(value), line;

	if (!value)
		return;
	buffer_printf(text, "%s:", name);
	while (view_cut(&rest, '\n', &line))
		buffer_printf(text, " " VIEW_FORMAT "\n", VIEW_ARGUMENTS(line));
}
