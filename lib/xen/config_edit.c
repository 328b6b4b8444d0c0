#include "xen/config_edit.h"

#include <ctype.h>
#include <string.h>

#include "base/cleanup.h"

int
config_quote(const char *value, struct buffer *text, struct error *err)
{
	if (!view_is_utf8(view_of(value)))
		return error_set(err, "text that is no UTF-8 cannot be written "
		    "in a domain file");
	for (const char *c = value; *c; c++)
		if (iscntrl((unsigned char)*c))
			return error_set(err, "a control character cannot be "
			    "written in a domain file");
	buffer_text(text, "\"");
	for (; *value; value++) {
		if (*value == '"' || *value == '\\')
			buffer_text(text, "\\");
		buffer_add(text, value, 1);
	}
	buffer_text(text, "\"");
	return 0;
}

static bool
is_number(const char *value)
{
	return *value && !value[strspn(value, "0123456789")];
}

int
config_value_text(const char *value, struct buffer *text, struct error *err)
{
	auto_buffer struct buffer line = {0};
	auto_config struct config config = {0};
	auto_error struct error ignored = {0};

	if (!is_number(value) && (!*value || !strchr("\"'[", *value)))
		return config_quote(value, text, err);
	buffer_printf(&line, "x=%s\n", value);
	if (config_read("", (struct view){line.data, line.length}, &config,
	    &ignored) < 0)
		return error_usage(err, "'%s' is no value of a domain file: %s",
		    value, config.fault);
	if (config.assignments.count > 1)
		return error_usage(err, "'%s' is more than one value", value);
	buffer_text(text, value);
	return 0;
}

/* A stretch of the text, which goes. */
struct cut {
	const char *from, *to;
};

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static const char *
skip_blanks(const char *at, const char *end)
{
	while (at < end && is_blank(*at))
		at++;
	return at;
}

/* An assignment with the blanks around it and the ';' behind it; with its lines
 * if nothing else is on them. */
static struct cut
assignment_cut(const struct config_assignment *assignment, struct view text)
{
	const char *end = text.data + text.length;
	struct cut cut = {assignment->key.data,
	    assignment->value.data + assignment->value.length};

	while (cut.from > text.data && is_blank(cut.from[-1]))
		cut.from--;
	cut.to = skip_blanks(cut.to, end);
	if (cut.to < end && *cut.to == ';')
		cut.to = skip_blanks(cut.to + 1, end);
	else if ((cut.from == text.data || cut.from[-1] == '\n') &&
	    cut.to < end && *cut.to == '\n')
		cut.to++;
	return cut;
}

static void
add_line(struct buffer *edited, struct view text, const char *key,
    const char *value)
{
	if (text.length && text.data[text.length - 1] != '\n')
		buffer_text(edited, "\n");
	buffer_printf(edited, "%s = %s\n", key, value);
}

/* The value alone, or += too, which becomes =. */
static struct cut
value_cut(const struct config_assignment *assignment)
{
	return (struct cut){assignment->is_append ? assignment->key.data +
	    assignment->key.length : assignment->value.data,
	    assignment->value.data + assignment->value.length};
}

void
config_edit(const struct config *config, struct view text, const char *key,
    const char *value, struct buffer *edited)
{
	const char *at = text.data;
	bool is_set = false;

	vector_each(assignment, &config->assignments) {
		bool takes_value = value && !is_set;
		struct cut cut;

		if (!view_is(assignment->key, key))
			continue;
		cut = takes_value ? value_cut(assignment) :
		    assignment_cut(assignment, text);
		buffer_add(edited, at, cut.from - at);
		if (takes_value)
			buffer_printf(edited, "%s%s", assignment->is_append ?
			    " = " : "", value);
		is_set = true;
		at = cut.to;
	}
	buffer_add(edited, at, text.data + text.length - at);
	if (value && !is_set)
		add_line(edited, text, key, value);
}
