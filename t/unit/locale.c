#include "guest/locale.h"

#include "base/cleanup.h"
#include "t/unit/tap.h"

static const struct {
	const char *name, *normal;	/* NULL: none */
} names[] = {
	{"de_DE.UTF-8", "de_DE.UTF-8"}, {"de_DE.utf8", "de_DE.UTF-8"},
	{"ca_ES.utf-8@valencia", "ca_ES.UTF-8@valencia"},
	{"en_IN", "en_IN"}, {"eo", "eo"}, {"C", "C"}, {"C.UTF-8", "C.UTF-8"},
	{"en_US.ISO-8859-15", "en_US.ISO-8859-15"},
	{"", NULL}, {"de_DE.", NULL}, {".UTF-8", NULL}, {"de DE", NULL},
	{"de_DE.UTF-8@", NULL}, {"de_DE.UTF-8\tC", NULL}, {"../x", NULL},
	{"de_DE.UTF-8@a@b", NULL}, {"$LANG", NULL},
};

static const char list[] = "# those that are there\nC.UTF-8 UTF-8\n"
    "de_DE.UTF-8 UTF-8\nde_DE ISO-8859-1\nen_IN UTF-8  \n# eo UTF-8\n";

static const struct {
	const char *name;
	bool is_there;
} known[] = {
	{"de_DE.UTF-8", true}, {"en_IN", true}, {"de_DE", false},
	{"eo", false}, {"de_DE.ISO-8859-1", false}, {"de", false},
};

int
main(void)
{
	struct strings some = {0};
	auto_buffer struct buffer text = {0};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		auto_error struct error err = {0};
		auto_free char *normal = locale_normal(names[i].name, &err);

		if (names[i].normal)
			is_text(normal, names[i].normal, "'%s'", names[i].name);
		else
			ok(!normal && err.kind == ERROR_USAGE, "'%s' is none",
			    names[i].name);
	}
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		ok(locale_list_has(view_of(list), known[i].name) ==
		    known[i].is_there, "%s is %s", known[i].name,
		    known[i].is_there ? "there" : "not there");
	strings_split(&some, "fr_FR.UTF-8 C.UTF-8 de_DE.UTF-8 fr_FR.UTF-8 "
	    "en_US.ISO-8859-15", " ");
	locale_gen_text(&some, &text);
	is_text(text.data, "de_DE.UTF-8 UTF-8\nen_US.ISO-8859-15 ISO-8859-15\n"
	    "fr_FR.UTF-8 UTF-8\n", "what is generated");
	strings_release(&some);
	return done();
}
