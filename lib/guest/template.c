#include "guest/template.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/data.h"

static const char *
value_find(const struct template_value *values, struct view name)
{
	for (; values->name; values++)
		if (view_is(name, values->name))
			return values->value;
	return NULL;
}

static unsigned
line_number(struct view text, const char *at)
{
	unsigned line = 1;

	for (const char *c = text.data; c < at; c++)
		line += *c == '\n';
	return line;
}

int
template_expand(const char *path, struct view template,
    const struct template_value *values, struct buffer *text,
    struct error *err)
{
	struct view rest = template;
	const char *start;

	while ((start = memmem(rest.data, rest.length, "${", 2))) {
		struct view name, tail = {start + 2, rest.length -
		    (size_t)(start + 2 - rest.data)};
		const char *value;

		buffer_add(text, rest.data, (size_t)(start - rest.data));
		view_cut(&tail, '}', &name);
		if (!tail.data)
			return error_set(err, "%s:%u: '${' without its '}'",
			    path, line_number(template, start));
		value = value_find(values, name);
		if (!value)
			return error_set(err, "%s:%u: nothing is known for '${"
			    VIEW_FORMAT "}'", path,
			    line_number(template, start), VIEW_ARGUMENTS(name));
		buffer_text(text, value);
		rest = tail;
	}
	buffer_view(text, rest);
	return 0;
}

int
template_read(const char *name, const struct template_value *values,
    struct buffer *text, struct error *err)
{
	auto_buffer struct buffer template = {0};
	auto_free char *path = NULL;

	if (data_read_template(name, &path, &template, err) < 0)
		return -1;
	return template_expand(path, (struct view){template.data,
	    template.length}, values, text, err);
}
