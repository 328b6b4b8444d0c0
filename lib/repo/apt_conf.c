#include "repo/apt_conf.h"

#include <string.h>

#include "base/cleanup.h"

enum { DEPTH_MAX = 32 };

struct parser {
	struct view rest;
	struct buffer *lines;
	unsigned depth;
};

static void
skip(struct view *rest, size_t length)
{
	rest->data += length;
	rest->length -= length;
}

/* What a comment that starts here ends with; NULL if none does. */
static const char *
comment_end(struct view rest)
{
	if (view_starts(rest, "/*"))
		return "*/";
	return view_starts(rest, "//") ||
	    (view_starts(rest, "#") && !view_starts(rest, "#clear") &&
	    !view_starts(rest, "#include")) ? "\n" : NULL;
}

static void
skip_blank(struct view *rest)
{
	for (;;) {
		const char *end = comment_end(*rest);

		if (end) {
			const char *at = memmem(rest->data, rest->length, end,
			    strlen(end));

			skip(rest, at ? (size_t)(at - rest->data) + strlen(end)
			    : rest->length);
		} else if (rest->length && memchr(" \t\r\n", *rest->data, 4)) {
			skip(rest, 1);
		} else {
			return;
		}
	}
}

/* The next word, quoted or not; empty before ; { } and the end. */
static int
take_word(struct parser *parser, struct view *word, struct error *err)
{
	struct view *rest = &parser->rest;
	const char *end;

	skip_blank(rest);
	*word = (struct view){rest->data, 0};
	if (!view_starts(*rest, "\"")) {
		while (word->length < rest->length &&
		    !memchr(" \t\r\n;{}\"", word->data[word->length], 8))
			word->length++;
		skip(rest, word->length);
		return 0;
	}
	end = memchr(rest->data + 1, '"', rest->length - 1);
	if (!end)
		return error_usage(err, "a quote is not closed");
	*word = (struct view){rest->data + 1, (size_t)(end - rest->data) - 1};
	skip(rest, word->length + 2);
	return 0;
}

static void
put_line(struct parser *parser, struct view name, struct view value)
{
	buffer_view(parser->lines, name);
	buffer_text(parser->lines, " ");
	buffer_view(parser->lines, value);
	buffer_text(parser->lines, "\n");
}

static int parse_block(struct parser *parser, struct view scope,
    struct error *err);

/* NAME VALUE; or NAME { … }; or, of a list, VALUE; */
static int
parse_item(struct parser *parser, struct view scope, struct error *err)
{
	auto_buffer struct buffer name = {0};
	struct view word, value, whole;

	if (take_word(parser, &word, err) < 0)
		return -1;
	if (view_starts(word, "#"))
		return error_usage(err, "'" VIEW_FORMAT "' is not done here",
		    VIEW_ARGUMENTS(word));
	buffer_view(&name, scope);
	buffer_text(&name, scope.length ? "::" : "");
	skip_blank(&parser->rest);
	if (!parser->rest.length || view_starts(parser->rest, ";")) {
		if (word.length)
			put_line(parser, (struct view){name.data, name.length},
			    word);
		skip(&parser->rest, parser->rest.length ? 1 : 0);
		return 0;
	}
	buffer_view(&name, word);
	whole = (struct view){name.data, name.length};
	if (take_word(parser, &value, err) < 0)
		return -1;
	if (value.data != parser->rest.data)
		put_line(parser, whole, value);
	skip_blank(&parser->rest);
	if (!view_starts(parser->rest, "{"))
		return 0;
	skip(&parser->rest, 1);
	return parse_block(parser, whole, err);
}

static int
parse_block(struct parser *parser, struct view scope, struct error *err)
{
	if (++parser->depth > DEPTH_MAX)
		return error_usage(err, "more than %d blocks in each other",
		    DEPTH_MAX);
	for (;;) {
		skip_blank(&parser->rest);
		if (!parser->rest.length || view_starts(parser->rest, "}"))
			break;
		if (parse_item(parser, scope, err) < 0)
			return -1;
	}
	parser->depth--;
	if (parser->rest.length && parser->depth == 0)
		return error_usage(err, "a } has no {");
	if (!parser->rest.length && parser->depth > 0)
		return error_usage(err, "a { is not closed");
	skip(&parser->rest, parser->rest.length ? 1 : 0);
	return 0;
}

int
apt_conf_flatten(struct view text, struct buffer *lines, struct error *err)
{
	struct parser parser = {.rest = text, .lines = lines};

	return parse_block(&parser, view_of(""), err);
}
