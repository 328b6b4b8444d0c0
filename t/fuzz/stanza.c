#include "t/fuzz/target.h"

#include "base/stanza.h"

struct record {
	struct view package;
	struct view depends;
};

static const struct stanza_column columns[] = {
	{"Package", offsetof(struct record, package)},
	{"Depends", offsetof(struct record, depends)},
	{NULL, 0},
};

static struct view
last_of(const struct stanza *stanza, const char *name)
{
	struct view value = {0};

	vector_each(field, &stanza->fields)
		if (view_equal_fold(field->name, view_of(name)))
			value = field->value;
	return value;
}

static void
check_fields(const struct stanza *stanza, struct view text)
{
	unsigned line = stanza->line;

	vector_each(field, &stanza->fields) {
		assert(field->name.length && field->value.data);
		assert(view_is_within(field->name, text));
		assert(view_is_within(field->value, text));
		assert(field->line >= line);
		line = field->line;
	}
}

/* Both ways to read see the same. */
static void
check_record(const struct stanza *stanza, const struct record *record)
{
	assert(view_equal(record->package, last_of(stanza, "Package")));
	assert(view_equal(record->depends, last_of(stanza, "Depends")));
}

static int
read_both(struct stanza_reader readers[2], struct stanza *stanza,
    struct view text)
{
	auto_error struct error err = {0}, column_err = {0};
	struct record record;
	int more = stanza_read(&readers[0], stanza, &err);

	assert(stanza_read_columns(&readers[1], columns, &record,
	    &column_err) == more);
	check_sentence(more, &err);
	check_sentence(more, &column_err);
	assert(readers[0].rest.data == readers[1].rest.data);
	assert(view_is_within(readers[0].rest, text));
	if (more > 0) {
		check_fields(stanza, text);
		check_record(stanza, &record);
	}
	return more;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct view text = input_view(data, size);
	struct stanza_reader readers[2] = {
		stanza_reader("input", text), stanza_reader("input", text),
	};
	auto_stanza struct stanza stanza = {0};

	while (read_both(readers, &stanza, text) > 0)
		continue;
	return 0;
}
