#include "base/members.h"

#include <string.h>

#include "base/cleanup.h"

/* An object being turned into the stanza that says the same. */
struct turning {
	struct stanza stanza;
	struct strings texts;	/* what it points into */
};

static void
turning_release(struct turning *turning)
{
	stanza_release(&turning->stanza);
	strings_release(&turning->texts);
}

/* Appends what is neither an array nor an object. */
static int
scalar_text(const json_t *value, struct buffer *text, struct error *err)
{
	if (json_is_string(value))
		buffer_add(text, json_string_value(value),
		    json_string_length(value));
	else if (json_is_boolean(value))
		buffer_text(text, json_is_true(value) ? "yes" : "no");
	else if (json_is_integer(value))
		buffer_printf(text, "%lld",
		    (long long)json_integer_value(value));
	else
		return error_usage(err, "it is neither a text, a whole number, "
		    "a boolean nor a list of them");
	return 0;
}

/* One line an item. */
static int
array_text(const json_t *array, struct buffer *text, struct error *err)
{
	const json_t *item;
	size_t i;

	json_array_foreach(array, i, item) {
		size_t start = text->length;

		if (scalar_text(item, text, err) < 0)
			return -1;
		if (text->length == start ||
		    memchr(text->data + start, '\n', text->length - start))
			return error_usage(err, "item %zu of the list is not "
			    "one line", i + 1);
		buffer_text(text, i + 1 < json_array_size(array) ? "\n" : "");
	}
	return 0;
}

static int
member_text(const json_t *value, struct buffer *text, struct error *err)
{
	return json_is_array(value) ? array_text(value, text, err)
	    : scalar_text(value, text, err);
}

static int
turn_member(struct turning *turning, const char *name, const json_t *value,
    struct error *err)
{
	auto_buffer struct buffer text = {0};
	struct stanza_field *field;

	if (member_text(value, &text, err) < 0)
		return -1;
	if (text.data && strlen(text.data) < text.length)
		return error_usage(err, "there is a control character in it");
	strings_add(&turning->texts, text.data ? text.data : "");
	field = vector_push(&turning->stanza.fields);
	field->name = view_of(name);
	field->value = view_trim(view_of(
	    turning->texts.items[turning->texts.count - 1]));
	return 0;
}

int
members_read(const struct fields *fields, const json_t *object,
    struct error *err)
{
	auto_end(turning_release) struct turning turning = {0};
	auto_error struct error rest = {0};
	const json_t *value;
	const char *name;
	int result = 0;

	json_object_foreach((json_t *)object, name, value) {
		auto_error struct error one = {0};

		if (json_is_null(value) ||
		    turn_member(&turning, name, value, &one) == 0)
			continue;
		error_prefix(&one, "%s", name);
		result = error_add(err, &one);
	}
	if (fields_read(fields, "", &turning.stanza, &rest) < 0)
		result = error_add(err, &rest);
	return result;
}
