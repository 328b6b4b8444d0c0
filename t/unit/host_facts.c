#include "check/host_facts.h"

#include "base/cleanup.h"
#include "t/unit/tap.h"

/* As the script has it, between what a login shell prints. */
static const char answer[] =
    "Welcome\n"
    "fact\txen_version\t4.17.2\n"
    "fact\tbridge\txenbr0\n"
    "fact\tbridge\txenbr1\n"
    "fact\tkind\tfile\n"
    "fact\tpath\t/srv/a b.img\n"
    "fact\tkind\tfile\n"
    "fact\tid\t\n"
    "fact\tpath\t/dev/gone\n"
    "fact\tend\tyes\n"
    "logout\n";

static const struct {
	const char *text;
	int result;	/* of host_name_check */
} hosts[] = {
	{"there", 0}, {"root@there.example.org", 0}, {"192.0.2.1", 0},
	{"2001:db8::1", 0}, {"", -1}, {"-oProxyCommand=id", -1}, {"a b", -1},
	{"a;b", -1}, {"a\nb", -1},
};

int
main(void)
{
	auto_error struct error err = {0};
	auto_host_facts struct host_facts facts = {0};
	auto_host_facts struct host_facts half = {0};

	ok(host_facts_parse(view_of(answer), &facts, &err) == 0, "an answer");
	is_text(facts.xen_version, "4.17.2", "the version");
	is_number(facts.bridges.count, 2, "bridges");
	is_number(facts.paths.count, 2, "paths");
	is_text(facts.paths.items[0].path, "/srv/a b.img", "the path");
	is_text(facts.paths.items[0].kind, "file", "its kind");
	ok(!facts.paths.items[0].id, "nothing is not known");
	ok(host_facts_path(&facts, "/dev/gone") == &facts.paths.items[1] &&
	    !facts.paths.items[1].kind, "what is not there");
	ok(!host_facts_path(&facts, "/dev/other"), "what was not asked for");
	ok(host_facts_parse(view_of("fact\txen_version\t4.17\n"), &half,
	    &err) < 0, "half an answer");
	is_text(err.text, "it has not said all that it was asked", "its "
	    "sentence");
	for (size_t i = 0; i < sizeof(hosts) / sizeof(*hosts); i++) {
		auto_error struct error one = {0};

		is_number(host_name_check(hosts[i].text, &one), hosts[i].result,
		    "host %zu", i);
	}
	return done();
}
