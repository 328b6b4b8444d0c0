#include "guest/keyboard.h"

#include "t/unit/tap.h"

static const char list[] =
    "// rules\n\n! model\n  pc105           Generic\n\n"
    "! layout\n  us              English (US)\n  de              German\n\n"
    "! variant\n  nodeadkeys      de: German (no dead keys)\n\n"
    "! option\n  grp             Switching\n";

static const struct {
	const char *text;
	bool is_name, is_there;
} keyboards[] = {
	{"de", true, true}, {"de:nodeadkeys", true, true},
	{"german", true, false}, {"German", true, false},
	{"de:xx", true, false}, {"nodeadkeys", true, false},
	{"pc105", true, false}, {"", false, false}, {"de:", false, false},
	{":nodeadkeys", false, false}, {"d$e", false, false},
	{"a:b:c", false, false},
};

int
main(void)
{
	for (size_t i = 0; i < sizeof(keyboards) / sizeof(*keyboards); i++) {
		const char *text = keyboards[i].text;

		is_number(keyboard_is_name(text), keyboards[i].is_name,
		    "'%s' may be a name", text);
		if (keyboards[i].is_name)
			is_number(keyboard_list_has(view_of(list), text),
			    keyboards[i].is_there, "'%s' is there", text);
	}
	return done();
}
