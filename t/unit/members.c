#include "base/members.h"

#include <stdint.h>
#include <string.h>

#include "base/cleanup.h"
#include "t/unit/tap.h"

struct record {
	char *text;
	bool flag;
	uint64_t size;
	struct strings list, lines, order;
};

static const struct option table[] = {
	{0, "text", "A", "", OPTION_TEXT, offsetof(struct record, text)},
	{0, "is-flag", NULL, "", OPTION_FLAG, offsetof(struct record, flag)},
	{0, "size", "A", "", OPTION_SIZE, offsetof(struct record, size)},
	{0, "list", "A", "", OPTION_LIST, offsetof(struct record, list)},
	{0, "line", "A", "", OPTION_REPEAT, offsetof(struct record, lines)},
	{0, "first", "A", "", OPTION_ORDER, offsetof(struct record, order)},
	{0, "second", "A", "", OPTION_ORDER, offsetof(struct record, order)},
	OPTIONS_END
};

static const struct option *const tables[] = {table, NULL};

/* Of the text of an object. */
static int
read_object(const char *text, struct record *record, struct origins *origins,
    struct error *err)
{
	struct fields fields = {tables, record, origins, NULL};
	json_t *object = json_loads(text, 0, NULL);
	int result = members_read(&fields, object, err);

	json_decref(object);
	return result;
}

static bool
joined_is(const struct strings *strings, const char *wanted)
{
	auto_buffer struct buffer text = {0};

	vector_each(string, strings)
		buffer_printf(&text, "<%s>", *string);
	return !strcmp(text.data ? text.data : "", wanted);
}

static void
test_values(void)
{
	struct record record = {0};
	struct origins origins = {0};
	struct error err = {0};

	ok(read_object("{\"text\": \" a \", \"is_flag\": true, \"size\": 4096,"
	    " \"list\": [\"a\", \"b,c\"], \"line\": [\"x y\", \"z, 1\"],"
	    " \"second\": \"2\", \"first\": [\"1\", 7]}", &record, &origins,
	    &err) == 0, "members of all kinds are read");
	is_text(record.text, "a", "a text without blanks at its ends");
	ok(record.flag && record.size == 4096, "a flag and a number");
	ok(joined_is(&record.list, "<a><b><c>"), "a list");
	ok(joined_is(&record.lines, "<x y><z, 1>"), "lines");
	ok(joined_is(&record.order, "<second><2><first><1><first><7>"),
	    "members keep their order");
	ok(origins_find(&origins, "line", 1) &&
	    !origins_find(&origins, "line", 1)->line, "without a line");
	options_release(table, &record);
	origins_release(&origins);
	error_release(&err);
}

static void
test_none(void)
{
	struct record record = {0};
	struct origins origins = {0};
	struct error err = {0};

	ok(read_object("{\"text\": null, \"list\": [], \"line\": \"\","
	    " \"is_flag\": \"no\", \"size\": \"2K\"}", &record, &origins,
	    &err) == 0, "members that say nothing, or that there is none");
	ok(!origins_find(&origins, "text", 0), "null says nothing");
	ok(origins_find(&origins, "list", 0) &&
	    origins_find(&origins, "list", 0)->is_none &&
	    origins_find(&origins, "line", 0)->is_none,
	    "what is empty says that there is no value");
	ok(!record.flag && record.size == 2048, "texts are as in a file");
	options_release(table, &record);
	origins_release(&origins);
	error_release(&err);
}

static void
test_wrong(const char *text, const char *sentence)
{
	struct record record = {0};
	struct origins origins = {0};
	struct error err = {0};

	ok(read_object(text, &record, &origins, &err) < 0 &&
	    err.kind == ERROR_USAGE, "wrong use: %s", text);
	is_text(err.text, sentence, "what is said of it");
	options_release(table, &record);
	origins_release(&origins);
	error_release(&err);
}

int
main(void)
{
	test_values();
	test_none();
	test_wrong("{\"is-flag\": true}",
	    "is-flag: unknown field; is it is_flag?");
	test_wrong("{\"size\": \"big\", \"list\": {}}",
	    "list: it is neither a text, a whole number, a boolean nor a list "
	    "of them\n"
	    "size: 'big' is not a size; write it as 512M or 4G");
	test_wrong("{\"size\": 1.5}", "size: it is neither a text, a whole "
	    "number, a boolean nor a list of them");
	test_wrong("{\"line\": [\"a\", \"b\\nc\"]}",
	    "line: item 2 of the list is not one line");
	test_wrong("{\"line\": [\"a\", \"\"]}",
	    "line: item 2 of the list is not one line");
	test_wrong("{\"text\": [\"a\", \"b\"]}", "text: it has one line only");
	test_wrong("{\"is_flag\": 1}", "is_flag: '1' is neither yes nor no");
	test_wrong("{\"text\": \"a\", \"Text\": \"b\"}",
	    "Text: it is there twice");
	test_wrong("{\"text\": \"a\\u0001\"}",
	    "text: there is a control character in it");
	return done();
}
