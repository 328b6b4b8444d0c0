#include "base/parameters.h"

#include <stdint.h>
#include <string.h>

#include "base/cleanup.h"

/* What stands before the equals sign, if there is one; else all of it. */
static struct view
parameter_name(struct view text)
{
	struct view part, name;

	view_cut(&text, ',', &part);
	view_cut(&part, '=', &name);
	return name;
}

const struct option *
parameters_find(const struct parameters *parameters, struct view text)
{
	struct view name = parameter_name(text);
	bool has_value = text.length > name.length &&
	    text.data[name.length] == '=';

	for (const struct option *o = parameters->table; o->name; o++)
		if (view_is(name, o->name) && has_value == !!o->argument)
			return o;
	return NULL;
}

static int
parameter_unknown(const struct parameters *parameters, struct view text,
    struct error *err)
{
	struct view name = parameter_name(text);
	const char *form = parameters->form;

	for (const struct option *o = parameters->table; o->name; o++)
		if (view_is(name, o->name))
			return error_usage(err, o->argument ? "%s has no value"
			    : "%s takes no value", o->name);
	error_usage(err, "'" VIEW_FORMAT "' is unknown", VIEW_ARGUMENTS(name));
	return form ? error_suffix(err, "; write %s", form) : -1;
}

/* Cuts the value off the rest, in which its name comes first. */
static struct view
parameter_value(const struct parameters *parameters,
    const struct option *parameter, struct view *rest)
{
	size_t front = strlen(parameter->name) + !!parameter->argument;
	struct view value = {rest->data + front, rest->length - front}, part;

	if (parameters->last && !strcmp(parameter->name, parameters->last)) {
		*rest = (struct view){0};
		return value;
	}
	*rest = value;
	view_cut(rest, ',', &part);
	return part;
}

static int
parameter_read(const struct parameters *parameters, struct view *rest,
    void *record, struct error *err)
{
	const struct option *parameter = parameters_find(parameters, *rest);
	auto_free char *value = NULL;

	if (!parameter)
		return parameter_unknown(parameters, *rest, err);
	if (parameter->kind != OPTION_REPEAT &&
	    option_is_set(parameter, record))
		return error_usage(err, "%s is given twice", parameter->name);
	value = view_string(parameter_value(parameters, parameter, rest));
	if (parameter->argument && !*value)
		return error_usage(err, "%s has no value", parameter->name);
	if (options_set(parameter, parameter->argument ? value : NULL, record,
	    err) < 0)
		return error_prefix(err, "%s", parameter->name);
	return 0;
}

int
parameters_parse(const struct parameters *parameters, struct view text,
    void *record, struct error *err)
{
	while (text.data)
		if (parameter_read(parameters, &text, record, err) < 0)
			return -1;
	return 0;
}

static void
parameter_text(const struct option *parameter, const void *record,
    struct buffer *text)
{
	const void *place = (const char *)record + parameter->offset;

	switch (parameter->kind) {
	case OPTION_FLAG:
		buffer_printf(text, ",%s", parameter->name);
		break;
	case OPTION_SIZE:
	case OPTION_NUMBER:
	case OPTION_MEBIBYTES:
		buffer_printf(text, ",%s=%llu", parameter->name,
		    (unsigned long long)*(const uint64_t *)place);
		break;
	case OPTION_TEXT:
		buffer_printf(text, ",%s=%s", parameter->name,
		    *(char *const *)place);
		break;
	default:
		vector_each(value, (const struct strings *)place)
			buffer_printf(text, ",%s=%s", parameter->name, *value);
	}
}

void
parameters_text(const struct parameters *parameters, const void *record,
    struct buffer *text)
{
	for (const struct option *o = parameters->table; o->name; o++)
		if (option_is_set(o, record))
			parameter_text(o, record, text);
}
