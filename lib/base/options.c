#include "base/options.h"

#include <stdint.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/memory.h"
#include "base/size.h"

enum { HELP_COLUMN = 30, HELP_WIDTH = 80 };

/* One command line being read. */
struct parser {
	const struct option *const *tables;
	void *record;
	struct origins origins;
};

static const struct option *
option_by_name(const struct option *const *tables, struct view name)
{
	for (; *tables; tables++)
		for (const struct option *o = *tables; o->name; o++)
			if (view_is(name, o->name))
				return o;
	return NULL;
}

/* The only one whose name begins so, as getopt_long(3) has it. */
static const struct option *
option_by_front(const struct option *const *tables, struct view front,
    struct error *err)
{
	const struct option *found = NULL;

	for (; *tables; tables++)
		for (const struct option *o = *tables; o->name; o++) {
			if (strncmp(o->name, front.data, front.length) != 0)
				continue;
			if (found)
				error_usage(err, "'--" VIEW_FORMAT "' may be "
				    "--%s or --%s", VIEW_ARGUMENTS(front),
				    found->name, o->name);
			if (found)
				return NULL;
			found = o;
		}
	if (!found)
		error_usage(err, "unknown option '--" VIEW_FORMAT
		    "'; see --help", VIEW_ARGUMENTS(front));
	return found;
}

static const struct option *
option_by_letter(const struct option *const *tables, char letter)
{
	for (; *tables; tables++)
		for (const struct option *o = *tables; o->name; o++)
			if (o->letter == letter)
				return o;
	return NULL;
}

static int
flag_set(const char *value, bool *flag, struct error *err)
{
	if (value && strcmp(value, "yes") && strcmp(value, "no"))
		return error_usage(err, "'%s' is neither yes nor no", value);
	*flag = !value || *value == 'y';
	return 0;
}

int
options_set(const struct option *option, const char *value, void *record,
    struct error *err)
{
	void *place = (char *)record + option->offset;

	switch (option->kind) {
	case OPTION_FLAG:
		return flag_set(value, place, err);
	case OPTION_LETTER:
		*(char *)place = option->letter;
		return 0;
	case OPTION_TEXT:
		*(char **)place = memory_string(value);
		return 0;
	case OPTION_SIZE:
		return size_parse(view_of(value), place, err);
	case OPTION_NUMBER:
		return number_parse(view_of(value), place, err) < 0
		    ? error_suffix(err, " (%s, in digits alone)",
		    option->argument) : 0;
	case OPTION_MEBIBYTES:
		return mebibytes_parse(view_of(value), place, err);
	case OPTION_LIST:
		strings_split(place, value, ", \t\n");
		return 0;
	case OPTION_REPEAT:
		strings_add(place, value);
		return 0;
	case OPTION_ORDER:
		strings_add(place, option->name);
		strings_add(place, value);
		return 0;
	}
	return error_usage(err, "--%s cannot be set", option->name);
}

/* The last one counts. */
static void
parser_forget(struct parser *parser, const struct option *option)
{
	vector_each(seen, &parser->origins)
		if (seen->option == option && option->kind == OPTION_TEXT)
			free(steal_pointer((char **)((char *)parser->record +
			    option->offset)));
	origins_add(&parser->origins, option, NULL, 0);
}

/* Sets `option`; takes the next argument as its value if it needs one. */
static int
parser_option(struct parser *parser, const struct option *option,
    const char *value, char ***arguments, struct error *err)
{
	if (option->kind == OPTION_LETTER && value)
		return error_usage(err, "--%s takes no value", option->name);
	if (option->argument && !value) {
		value = *++*arguments;
		if (!value)
			return error_usage(err, "--%s needs a value (%s)",
			    option->name, option->argument);
	}
	parser_forget(parser, option);
	if (options_set(option, value, parser->record, err) < 0)
		return error_prefix(err, "--%s", option->name);
	return 0;
}

static int
parser_long(struct parser *parser, char ***arguments, struct error *err)
{
	const char *text = **arguments + 2;
	const char *equals = strchr(text, '=');
	struct view name = view_of(text);
	const struct option *option;

	if (equals)
		name.length = (size_t)(equals - text);
	option = option_by_name(parser->tables, name);
	if (!option)
		option = option_by_front(parser->tables, name, err);
	if (!option)
		return -1;
	return parser_option(parser, option, equals ? equals + 1 : NULL,
	    arguments, err);
}

/* A bundle of letters; the last may take a value. */
static int
parser_letters(struct parser *parser, char ***arguments, struct error *err)
{
	for (const char *letter = **arguments + 1; *letter; letter++) {
		const struct option *option =
		    option_by_letter(parser->tables, *letter);
		const char *value = NULL;

		if (!option)
			return error_usage(err,
			    "unknown option '-%c'; see --help", *letter);
		if (option->argument && letter[1])
			value = letter + 1;
		if (parser_option(parser, option, value, arguments, err) < 0)
			return -1;
		if (option->argument)
			return 0;
	}
	return 0;
}

int
options_parse_given(const struct option *const *tables, char **arguments,
    void *record, struct options_given *given, struct error *err)
{
	struct parser parser = {.tables = tables, .record = record};
	bool ended = false;
	int result = 0;

	for (; result == 0 && *arguments; arguments++) {
		const char *text = *arguments;

		if (ended || text[0] != '-' || !text[1])
			strings_add(&given->operands, text);
		else if (strcmp(text, "--") == 0)
			ended = true;
		else if (text[1] == '-')
			result = parser_long(&parser, &arguments, err);
		else
			result = parser_letters(&parser, &arguments, err);
	}
	given->origins = parser.origins;
	return result;
}

int
options_parse(const struct option *const *tables, char **arguments,
    void *record, struct strings *operands, struct error *err)
{
	struct options_given given = {.operands = *operands};
	int result = options_parse_given(tables, arguments, record, &given,
	    err);

	*operands = given.operands;
	origins_release(&given.origins);
	return result;
}

bool
option_is_set(const struct option *option, const void *record)
{
	const void *place = (const char *)record + option->offset;

	switch (option->kind) {
	case OPTION_FLAG:
		return *(const bool *)place;
	case OPTION_LETTER:
		return *(const char *)place == option->letter;
	case OPTION_TEXT:
		return *(char *const *)place != NULL;
	case OPTION_SIZE:
	case OPTION_NUMBER:
	case OPTION_MEBIBYTES:
		return *(const uint64_t *)place != 0;
	case OPTION_LIST:
	case OPTION_REPEAT:
		return ((const struct strings *)place)->count > 0;
	case OPTION_ORDER:
		break;
	}
	vector_each(word, (const struct strings *)place)
		if (!strcmp(*word, option->name))
			return true;
	return false;
}

bool
options_has(const struct option *table, const char *name, const void *record)
{
	for (; table->name; table++)
		if (!strcmp(table->name, name))
			return option_is_set(table, record);
	return false;
}

/* Words in lines of at most HELP_WIDTH, from the help column on. */
static void
help_wrap(struct buffer *text, struct view words)
{
	size_t column = HELP_COLUMN;
	struct view word;

	while (view_word(&words, &word)) {
		if (column > HELP_COLUMN &&
		    column + 1 + word.length > HELP_WIDTH) {
			buffer_printf(text, "\n%*s", HELP_COLUMN, "");
			column = HELP_COLUMN;
		}
		if (column > HELP_COLUMN)
			buffer_text(text, " ");
		buffer_view(text, word);
		column += word.length + 1;
	}
	buffer_text(text, "\n");
}

/* printf(3) pads bytes; "…" is three of them in one column. */
static size_t
columns_of(const char *text)
{
	size_t columns = 0;

	for (; *text; text++)
		columns += ((unsigned char)*text & 0xc0) != 0x80;
	return columns;
}

static void
help_option(struct buffer *text, const struct option *option)
{
	auto_buffer struct buffer left = {0};
	size_t columns;

	if (option->letter)
		buffer_printf(&left, "  -%c, ", option->letter);
	else
		buffer_text(&left, "      ");
	buffer_printf(&left, "--%s", option->name);
	if (option->argument)
		buffer_printf(&left, " %s", option->argument);
	columns = columns_of(left.data);
	if (columns + 1 > HELP_COLUMN)
		buffer_printf(text, "%s\n%*s", left.data, HELP_COLUMN, "");
	else
		buffer_printf(text, "%s%*s", left.data,
		    HELP_COLUMN - (int)columns, "");
	help_wrap(text, view_of(option->help));
}

void
options_help(const struct option *table, struct buffer *text)
{
	for (; table->name; table++)
		help_option(text, table);
}

void
options_release(const struct option *table, void *record)
{
	for (; table->name; table++) {
		void *place = (char *)record + table->offset;

		if (table->kind == OPTION_TEXT)
			free(steal_pointer((char **)place));
		else if (table->kind == OPTION_LIST ||
		    table->kind == OPTION_REPEAT ||
		    table->kind == OPTION_ORDER)
			strings_release(place);
	}
}
