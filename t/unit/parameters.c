#include "base/parameters.h"

#include <stdint.h>

#include "base/cleanup.h"
#include "t/unit/tap.h"

struct record {
	char *name, *options;
	uint64_t size;
	bool is_quick;
	struct strings keys;
};

#define RECORD(member) offsetof(struct record, member)

static const struct option table[] = {
	{0, "name", "NAME", "", OPTION_TEXT, RECORD(name)},
	{0, "size", "SIZE", "", OPTION_SIZE, RECORD(size)},
	{0, "quick", NULL, "", OPTION_FLAG, RECORD(is_quick)},
	{0, "key", "FILE", "", OPTION_REPEAT, RECORD(keys)},
	{0, "options", "OPTIONS", "", OPTION_TEXT, RECORD(options)},
	OPTIONS_END
};

static const struct parameters parameters = {table, "options", "name=…"};

static const struct {
	const char *text, *again, *sentence;
} cases[] = {
	{"name=a", ",name=a", NULL},
	{"quick,key=one,size=2K,key=two=2",
	    ",size=2048,quick,key=one,key=two=2", NULL},
	{"options=a,b=c,name=d", ",options=a,b=c,name=d", NULL},
	{"name=a,name=b", NULL, "name is given twice"},
	{"quick,quick", NULL, "quick is given twice"},
	{"quick=yes", NULL, "quick takes no value"},
	{"name", NULL, "name has no value"},
	{"name=", NULL, "name has no value"},
	{"size=much", NULL, "size: "},
	{"name=a,", NULL, "'' is unknown; write name=…"},
	{"", NULL, "'' is unknown"},
	{"nam=a", NULL, "'nam' is unknown"},
	{"Name=a", NULL, "'Name' is unknown"},
};

int
main(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct record record = {0};
		auto_buffer struct buffer again = {0};
		auto_error struct error err = {0};
		int result = parameters_parse(&parameters,
		    view_of(cases[i].text), &record, &err);

		parameters_text(&parameters, &record, &again);
		if (cases[i].again)
			is_text(again.data, cases[i].again, "'%s'",
			    cases[i].text);
		else
			ok(result < 0 && err.kind == ERROR_USAGE &&
			    strstr(err.text, cases[i].sentence), "'%s': %s",
			    cases[i].text, cases[i].sentence);
		options_release(table, &record);
	}
	ok(!parameters_find(&parameters, view_of("nam=e")) &&
	    parameters_find(&parameters, view_of("name=e,x")) == table,
	    "the one that a text begins with");
	return done();
}
