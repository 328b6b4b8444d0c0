#include "base/options.h"

#include <string.h>

#include "t/unit/tap.h"

struct record {
	char *include;
	char *inherit;
	char *mode;
	struct strings list;
	bool quiet;
	char voice;
};

static const struct option table[] = {
	{0, "include", "A", "", OPTION_TEXT, offsetof(struct record, include)},
	{0, "inherit", "A", "", OPTION_TEXT, offsetof(struct record, inherit)},
	{'m', "mode", "A", "", OPTION_TEXT, offsetof(struct record, mode)},
	{0, "mode-list", "A", "", OPTION_LIST, offsetof(struct record, list)},
	{'q', "quiet", NULL, "", OPTION_FLAG, offsetof(struct record, quiet)},
	{'s', "silent", NULL, "", OPTION_LETTER, offsetof(struct record, voice)},
	{'v', "verbose", NULL, "", OPTION_LETTER,
	    offsetof(struct record, voice)},
	OPTIONS_END
};

static const struct option *const tables[] = {table, NULL};

static int
parse(struct record *record, const char *line, struct error *err)
{
	struct strings arguments = {0}, operands = {0};
	int result;

	options_release(table, record);
	*record = (struct record){0};
	strings_split(&arguments, line, " ");
	*vector_push(&arguments) = NULL;
	result = options_parse(tables, arguments.items, record, &operands,
	    err);
	arguments.count--;
	strings_release(&arguments);
	strings_release(&operands);
	return result;
}

static void
test_accepted(struct record *record)
{
	auto_error struct error err = {0};

	ok(parse(record, "--inc=a --mode b", &err)
	    == 0 && !strcmp(record->include, "a"),
	    "an option may be shortened");
	is_text(record->mode, "b", "a whole name is not another's front");
	ok(parse(record, "--mode=a -qq -mb", &err)
	    == 0 && record->quiet, "letters in a bundle, flags repeated");
	is_text(record->mode, "b", "the last of two counts");
	ok(parse(record, "-sv", &err) == 0 && record->voice == 'v' &&
	    parse(record, "--verbose -q --silent", &err) == 0 &&
	    record->voice == 's', "the last of several letters counts");
	ok(parse(record, "--mode-l=a,b --mode-list=c",
	    &err) == 0 && record->list.count == 3, "lists grow");
}

static void
test_refused(struct record *record, const char *line, const char *sentence)
{
	auto_error struct error err = {0};

	ok(parse(record, line, &err) < 0, "refused: %s", line);
	is_text(err.text, sentence, "… with a sentence");
}

int
main(void)
{
	struct record record = {0};

	test_accepted(&record);
	test_refused(&record, "--in=a",
	    "'--in' may be --include or --inherit");
	test_refused(&record, "--nothing",
	    "unknown option '--nothing'; see --help");
	test_refused(&record, "--mode",
	    "--mode needs a value (A)");
	test_refused(&record, "--quiet=x",
	    "--quiet: 'x' is neither yes nor no");
	options_release(table, &record);
	return done();
}
