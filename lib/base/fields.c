#include "base/fields.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/memory.h"
#include "base/nearest.h"
#include "base/size.h"

/* One stanza being read. */
struct reading {
	const struct fields *fields;
	const char *path;
	struct origins origins;	/* of this stanza */
	struct error *err;
	bool is_wrong;
};

static bool
is_repeatable(const struct option *option)
{
	return option->kind == OPTION_REPEAT || option->kind == OPTION_ORDER;
}

static const struct option *
option_of(const struct option *const *tables, struct view name, unsigned line)
{
	for (; *tables; tables++)
		for (const struct option *o = *tables; o->name; o++) {
			auto_free char *label = NULL;

			if (o->kind == OPTION_LETTER ||
			    strlen(o->name) != name.length)
				continue;
			label = option_label(o->name, line);
			if (view_equal_fold(name, view_of(label)))
				return o;
		}
	return NULL;
}

static char *
lower(struct view text)
{
	char *copy = view_string(text);

	for (char *c = copy; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	return copy;
}

/* The option that was meant; NULL if none is near. */
static const struct option *
option_near(const struct option *const *tables, struct view name)
{
	auto_free char *word = lower(name);
	const struct option *nearest = NULL;
	size_t least = SIZE_MAX;

	for (; *tables; tables++)
		for (const struct option *o = *tables; o->name; o++) {
			size_t slips = nearest_slips(view_of(word),
			    view_of(o->name));

			if (slips < least)
				nearest = o;
			if (slips < least)
				least = slips;
		}
	return nearest_is_near(view_of(word), least) ? nearest : NULL;
}

static int
field_unknown(const struct option *const *tables,
    const struct stanza_field *field, struct error *err)
{
	const struct option *near = option_near(tables, field->name);
	auto_free char *label = near ? option_label(near->name, field->line)
	    : NULL;

	error_usage(err, "unknown field");
	return label ? error_suffix(err, "; is it %s?", label) : -1;
}

static const struct stanza_field *
field_before(const struct stanza *stanza, const struct stanza_field *field)
{
	vector_each(other, &stanza->fields) {
		if (other == field)
			break;
		if (view_equal_fold(other->name, field->name))
			return other;
	}
	return NULL;
}

/* Without those that end lines. */
static bool
has_control_character(struct view text)
{
	for (size_t i = 0; i < text.length; i++)
		if (iscntrl((unsigned char)text.data[i]) &&
		    text.data[i] != '\n' && text.data[i] != '\t')
			return true;
	return false;
}

/* Takes one value, if there is one, from a line of the file. */
static int
value_read(struct reading *reading, const struct option *option,
    struct view value, unsigned line, struct error *err)
{
	auto_free char *text = view_string(view_trim(value));
	int result = *text ? options_set(option, text,
	    reading->fields->record, err) : 0;

	origins_add(&reading->origins, option, reading->path, line);
	reading->origins.items[reading->origins.count - 1].is_none =
	    !*text || result < 0;
	return result;
}

static int
values_read(struct reading *reading, const struct option *option,
    const struct stanza_field *field, struct error *err)
{
	struct view rest = field->value, part;
	unsigned line = field->line;

	for (; view_cut(&rest, '\n', &part); line += line > 0)
		if (view_trim(part).length &&
		    value_read(reading, option, part, line, err) < 0)
			return -1;
	return 0;
}

static int
field_set(struct reading *reading, const struct option *option,
    const struct stanza_field *field, struct error *err)
{
	const struct fields *fields = reading->fields;
	struct view value = field->value;

	if (has_control_character(value))
		return error_usage(err, "there is a control character in it");
	if (option->kind != OPTION_LIST && !is_repeatable(option) &&
	    memchr(value.data, '\n', value.length))
		return error_usage(err, "it has one line only");
	if (origins_have(fields->origins, option) || (fields->is_hidden &&
	    fields->is_hidden(fields->origins, option)))
		return 0;
	return is_repeatable(option) && value.length
	    ? values_read(reading, option, field, err)
	    : value_read(reading, option, value, field->line, err);
}

static int
field_read(struct reading *reading, const struct stanza *stanza,
    const struct stanza_field *field, struct error *err)
{
	const struct option *const *tables = reading->fields->tables;
	const struct option *option = option_of(tables, field->name,
	    field->line);
	const struct stanza_field *before = field_before(stanza, field);

	if (!option)
		return field_unknown(tables, field, err);
	if (before && option->kind != OPTION_ORDER)
		return before->line ? error_usage(err, "the field is in line "
		    "%u already", before->line)
		    : error_usage(err, "it is there twice");
	return field_set(reading, option, field, err);
}

int
fields_read(const struct fields *fields, const char *path,
    const struct stanza *stanza, struct error *err)
{
	struct reading reading = {.fields = fields, .path = path};
	int result = 0;

	vector_each(field, &stanza->fields) {
		auto_free char *label = view_string(field->name);
		auto_error struct error one = {0};

		if (field_read(&reading, stanza, field, &one) == 0)
			continue;
		origin_blame(path, field->line, label, &one);
		result = error_add(err, &one);
	}
	vector_each(origin, &reading.origins) {
		origins_add(fields->origins, origin->option, origin->path,
		    origin->line);
		fields->origins->items[fields->origins->count - 1].is_none =
		    origin->is_none;
	}
	origins_release(&reading.origins);
	return result;
}

/* It must come back as it is, so trimmed. */
static int
value_write(const char *value, struct buffer *text, struct error *err)
{
	struct view whole = view_of(value);

	if (!whole.length)
		return error_usage(err, "it is empty");
	if (has_control_character(whole) || strchr(value, '\n'))
		return error_usage(err, "there is a control character in it");
	if (view_trim(whole).length < whole.length)
		return error_usage(err, "there is a blank at an end of '%s'",
		    value);
	buffer_printf(text, " %s\n", value);
	return 0;
}

static void
list_values(const struct strings *list, struct strings *values)
{
	auto_buffer struct buffer text = {0};

	vector_each(value, list)
		buffer_printf(&text, "%s%s", text.length ? ", " : "", *value);
	if (list->count)
		strings_add(values, text.data);
}

/* Those among the names and values of several. */
static void
order_values(const struct option *option, const struct strings *order,
    struct strings *values)
{
	for (size_t i = 0; i + 1 < order->count; i += 2)
		if (!strcmp(order->items[i], option->name))
			strings_add(values, order->items[i + 1]);
}

static void
size_values(uint64_t size, struct strings *values)
{
	auto_free char *exact = size_exact(size);

	strings_add(values, exact);
}

void
field_values(const struct option *option, const void *record,
    struct strings *values)
{
	const void *place = (const char *)record + option->offset;

	switch (option->kind) {
	case OPTION_FLAG:
		strings_add(values, *(const bool *)place ? "yes" : "no");
		break;
	case OPTION_TEXT:
		if (*(char *const *)place)
			strings_add(values, *(char *const *)place);
		break;
	case OPTION_SIZE:
		size_values(*(const uint64_t *)place, values);
		break;
	case OPTION_NUMBER:
	case OPTION_MEBIBYTES:
		strings_printf(values, "%llu",
		    *(const unsigned long long *)place);
		break;
	case OPTION_LIST:
		list_values(place, values);
		break;
	case OPTION_REPEAT:
		vector_each(value, (const struct strings *)place)
			strings_add(values, *value);
		break;
	case OPTION_ORDER:
		order_values(option, place, values);
		break;
	case OPTION_LETTER:
		break;
	}
}

static void
name_write(const struct fields *fields, const struct option *option,
    struct buffer *text)
{
	auto_free char *field = option_field(option->name);

	if (!fields->without_help)
		buffer_printf(text, "# %s\n", option->help);
	buffer_printf(text, "%s:", field);
}

static int
option_write(const struct fields *fields, const struct option *option,
    bool is_none, struct buffer *text, struct error *err)
{
	auto_strings struct strings values = {0};

	name_write(fields, option, text);
	if (!is_none)
		field_values(option, fields->record, &values);
	if (!values.count)
		buffer_text(text, "\n");
	vector_each(value, &values)
		if (value_write(*value, text, err) < 0)
			return error_prefix(err, "--%s", option->name);
	return 0;
}

/* All options of one place, in the order of their values. */
static int
order_write(const struct fields *fields, const struct strings *values,
    struct buffer *text, struct error *err)
{
	const char *name = NULL;

	for (size_t i = 0; i + 1 < values->count; i += 2) {
		auto_free char *field = option_field(values->items[i]);

		if (!name || strcmp(name, values->items[i]))
			name_write(fields, option_of(fields->tables,
			    view_of(field), 1), text);
		name = values->items[i];
		if (value_write(values->items[i + 1], text, err) < 0)
			return error_prefix(err, "--%s", name);
	}
	return 0;
}

static const struct option *
option_of_place(const struct option *const *tables, size_t offset)
{
	for (; *tables; tables++)
		for (const struct option *o = *tables; o->name; o++)
			if (o->offset == offset)
				return o;
	return NULL;
}

static int
any_write(const struct fields *fields, const struct option *option,
    struct buffer *text, struct error *err)
{
	const void *place = (const char *)fields->record + option->offset;

	const struct origin *origin = origins_find(fields->origins,
	    option->name, 0);

	if (option->kind != OPTION_ORDER)
		return origin ? option_write(fields, option, origin->is_none,
		    text, err) : 0;
	return option_of_place(fields->tables, option->offset) == option
	    ? order_write(fields, place, text, err) : 0;
}

int
fields_write(const struct fields *fields, struct buffer *text,
    struct error *err)
{
	for (const struct option *const *table = fields->tables; *table;
	     table++)
		for (const struct option *o = *table; o->name; o++)
			if (!(fields->is_left_out && fields->is_left_out(o)) &&
			    any_write(fields, o, text, err) < 0)
				return -1;
	return 0;
}
