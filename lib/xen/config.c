#include "xen/config.h"

#include <string.h>

#include "base/buffer.h"
#include "base/cleanup.h"
#include "base/memory.h"

#define DIGITS "0123456789"

enum { DEPTH_MAX = 16 };	/* of lists in lists */

struct parser {
	const char *path;
	struct config *config;
	struct view rest;
	unsigned line;
	unsigned depth;
};

static int parser_value(struct parser *parser, struct config_value *value,
    struct error *err);

/* The next character, or '\0' at the end; a NUL in the text ends nothing. */
static char
parser_peek(const struct parser *parser)
{
	return parser->rest.length ? parser->rest.data[0] : '\0';
}

static void
parser_skip(struct parser *parser, size_t length)
{
	parser->rest.data += length;
	parser->rest.length -= length;
}

static struct view
parser_span(struct parser *parser, const char *characters)
{
	struct view span = {parser->rest.data, 0};

	while (span.length < parser->rest.length &&
	    span.data[span.length] &&
	    strchr(characters, span.data[span.length]))
		span.length++;
	parser_skip(parser, span.length);
	return span;
}

static bool
parser_take(struct parser *parser, char character)
{
	if (!parser->rest.length || parser_peek(parser) != character)
		return false;
	parser_skip(parser, 1);
	return true;
}

static int
parser_fail(const struct parser *parser, const char *what, struct error *err)
{
	parser->config->fault = what;
	parser->config->fault_line = parser->line;
	return error_set(err, "%s:%u: %s", parser->path, parser->line, what);
}

static void
parser_blanks(struct parser *parser)
{
	parser_span(parser, " \t");
}

/* A comment counts as the newline that must end it. */
static bool
parser_newline(struct parser *parser)
{
	struct parser ahead = *parser;

	if (parser_take(&ahead, '#')) {
		while (ahead.rest.length && parser_peek(&ahead) != '\n')
			parser_skip(&ahead, 1);
	}
	if (!parser_take(&ahead, '\n'))
		return false;
	ahead.line++;
	*parser = ahead;
	return true;
}

static void
parser_newlines(struct parser *parser)
{
	do
		parser_blanks(parser);
	while (parser_newline(parser));
}

static void
value_release(struct config_value *value)
{
	for (size_t i = 0; i < value->count; i++)
		value_release(&value->items[i]);
	vector_release(value);
	free(steal_pointer(&value->text));
}

/* xl fails on \x.., too, and drops \ooo together with what follows it. */
static int
parser_escape(struct parser *parser, struct buffer *text, struct error *err)
{
	static const char names[] = "abfnrtv\\\"'";
	static const char meanings[] = "\a\b\f\n\r\t\v\\\"'";
	char name = parser_peek(parser);
	const char *known = name ? strchr(names, name) : NULL;

	if (!known)
		return parser_fail(parser, "xl cannot read this escape after "
		    "'\\'", err);
	buffer_add(text, meanings + (known - names), 1);
	parser_skip(parser, 1);
	return 0;
}

static int
parser_string(struct parser *parser, struct config_value *value,
    struct error *err)
{
	auto_buffer struct buffer text = {0};
	char quote = parser_peek(parser), c;

	parser_skip(parser, 1);
	while ((c = parser_peek(parser)) != quote) {
		if (!parser->rest.length || c == '\n' || c == '\0')
			return parser_fail(parser, "a string without its end",
			    err);
		parser_skip(parser, 1);
		if (c != '\\')
			buffer_add(&text, &c, 1);
		else if (parser_escape(parser, &text, err) < 0)
			return -1;
	}
	parser_skip(parser, 1);
	value->kind = CONFIG_STRING;
	value->text = buffer_steal(&text);
	return 0;
}

static int
parser_list(struct parser *parser, struct config_value *value,
    struct error *err)
{
	value->kind = CONFIG_LIST;
	parser_skip(parser, 1);
	if (++parser->depth > DEPTH_MAX)
		return parser_fail(parser, "lists within too many lists", err);
	for (;;) {
		parser_newlines(parser);
		if (parser_take(parser, ']'))
			break;
		if (parser_value(parser, vector_push(value), err) < 0)
			return -1;
		parser_newlines(parser);
		if (parser_take(parser, ']'))
			break;
		if (!parser_take(parser, ','))
			return parser_fail(parser, "a list needs ',' or ']' "
			    "here", err);
	}
	parser->depth--;
	return 0;
}

static int
parser_value(struct parser *parser, struct config_value *value,
    struct error *err)
{
	struct view number;
	char first = parser_peek(parser);

	value->line = parser->line;
	if (first == '"' || first == '\'')
		return parser_string(parser, value, err);
	if (first == '[')
		return parser_list(parser, value, err);
	if (!first || !strchr(DIGITS, first))
		return parser_fail(parser, "a value is missing: a string in "
		    "quotes, a number or a list", err);
	number = parser_span(parser, DIGITS "abcdefx");
	value->kind = CONFIG_NUMBER;
	value->text = view_string(number);
	return 0;
}

static struct config_setting *
config_setting(struct config *config, struct view key)
{
	vector_each(setting, &config->settings)
		if (view_equal(setting->key, key))
			return setting;
	return NULL;
}

/* Moves what `more` owns behind what is there. */
static void
value_append(struct config_value *value, struct config_value *more)
{
	if (value->kind == CONFIG_LIST) {
		for (size_t i = 0; i < more->count; i++)
			*vector_push(value) = more->items[i];
		more->count = 0;
	} else {
		char *text = memory_printf("%s%s", value->text, more->text);

		free(value->text);
		value->text = text;
		value->kind = CONFIG_STRING;
	}
	value_release(more);
}

static int
config_assign(struct config *config, const struct parser *parser,
    struct config_setting *new, bool append, struct error *err)
{
	struct config_setting *old = config_setting(config, new->key);

	if (!old) {
		*vector_push(&config->settings) = *new;
		return 0;
	}
	if (!append) {
		value_release(&old->value);
		*old = *new;
		return 0;
	}
	if ((old->value.kind == CONFIG_LIST) !=
	    (new->value.kind == CONFIG_LIST)) {
		value_release(&new->value);
		return parser_fail(parser, "+= of a list and what is none",
		    err);
	}
	value_append(&old->value, &new->value);
	return 0;
}

static int
parser_assignment(struct parser *parser, struct config *config,
    struct error *err)
{
	struct config_setting new = {.line = parser->line};
	struct config_assignment assignment = {.line = parser->line};

	new.key = parser_span(parser,
	    "abcdefghijklmnopqrstuvwxyz._" DIGITS);
	if (!new.key.length || new.key.data[0] < 'a' || new.key.data[0] > 'z')
		return parser_fail(parser, "not a 'key = value' line of a "
		    "domain file", err);
	parser_blanks(parser);
	assignment.is_append = parser_take(parser, '+');
	if (!parser_take(parser, '='))
		return parser_fail(parser, "'=' is missing after the key", err);
	parser_blanks(parser);
	assignment.key = new.key;
	assignment.value.data = parser->rest.data;
	if (parser_value(parser, &new.value, err) < 0) {
		value_release(&new.value);
		return -1;
	}
	assignment.value.length = parser->rest.data - assignment.value.data;
	*vector_push(&config->assignments) = assignment;
	return config_assign(config, parser, &new, assignment.is_append, err);
}

int
config_read(const char *path, struct view text, struct config *config,
    struct error *err)
{
	struct parser parser = {path, config, text, 1, 0};

	for (;;) {
		parser_newlines(&parser);
		if (!parser.rest.length)
			return 0;
		if (parser_take(&parser, ';'))
			continue;
		if (parser_assignment(&parser, config, err) < 0)
			return -1;
		parser_blanks(&parser);
		if (parser.rest.length && !parser_take(&parser, ';') &&
		    !parser_newline(&parser))
			return parser_fail(&parser, "the line should end here",
			    err);
	}
}

const struct config_value *
config_get(const struct config *config, const char *key)
{
	vector_each(setting, &config->settings)
		if (view_is(setting->key, key))
			return &setting->value;
	return NULL;
}

const char *
config_text(const struct config *config, const char *key)
{
	const struct config_value *value = config_get(config, key);

	return value ? value->text : NULL;
}

static bool
value_is_same(const struct config_value *a, const struct config_value *b)
{
	if (a->kind != b->kind || a->count != b->count ||
	    (a->kind != CONFIG_LIST && strcmp(a->text, b->text)))
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (!value_is_same(&a->items[i], &b->items[i]))
			return false;
	return true;
}

bool
config_is_same(const struct config *a, const struct config *b)
{
	if (a->settings.count != b->settings.count)
		return false;
	vector_each(setting, &a->settings) {
		auto_free char *key = view_string(setting->key);
		const struct config_value *other = config_get(b, key);

		if (!other || !value_is_same(&setting->value, other))
			return false;
	}
	return true;
}

void
config_release(struct config *config)
{
	vector_each(setting, &config->settings)
		value_release(&setting->value);
	vector_release(&config->settings);
	vector_release(&config->assignments);
}
