/*
 * Versions, with dpkg itself as the judge of every pair of these.
 */
#include "base/command.h"
#include "plan/version.h"
#include "t/unit/tap.h"

static const char *const versions[] = {
	"0", "1", "1.0", "1.00", "01", "1~", "1~~", "1~rc1", "1~rc1-1", "1-1",
	"1-1.1", "1-1+b2", "1-1~bpo12+1", "1.0-0", "1a", "1+", "1+deb12u1",
	"1.10", "1.9", "2.36-9+deb12u14", "0:1", "1:0", "1:1-1", "10:0",
	"1-2-3", "1-10", "1:4.13+dfsg1-1+deb12u2", "20230101",
	"99999999999999999999", "100000000000000000000", "1:2:3", "1Z", "1z",
	"1.z", "1.+", "0~0",
};

enum { COUNT = sizeof(versions) / sizeof(versions[0]) };

static const char *
order_name(int order)
{
	return order < 0 ? "lt" : order > 0 ? "gt" : "eq";
}

static bool
dpkg_agrees(const char *a, const char *b, const char *order)
{
	auto_command struct command command = {0};
	auto_error struct error err = {0};

	command_add(&command, "dpkg");
	command_add(&command, "--compare-versions");
	command_add(&command, a);
	command_add(&command, order);
	command_add(&command, b);
	return command_run(&command, &err) == 0;
}

static void
test_compare(void)
{
	for (size_t i = 0; i < COUNT; i++) {
		size_t wrong = 0;

		for (size_t k = i; k < COUNT; k++) {
			int order = version_compare(view_of(versions[i]),
			    view_of(versions[k]));

			wrong += !dpkg_agrees(versions[i], versions[k],
			    order_name(order));
			wrong += order_name(-order) != order_name(
			    version_compare(view_of(versions[k]),
			    view_of(versions[i])));
		}
		is_number((long long)wrong, 0, "'%s' compares as dpkg says",
		    versions[i]);
	}
}

static void
test_valid(void)
{
	static const struct {
		const char *text;
		bool is_valid;
	} cases[] = {
		{"1", true}, {"1:2-3", true}, {"1.0~rc1+b2-0.1~", true},
		{"1:2:3", true}, {"", false}, {"a1", false}, {"1-", false},
		{":1", false}, {"a:1", false}, {"1_2", false}, {"1-2_3", false},
		{"1 2", false},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		ok(version_is_valid(view_of(cases[i].text)) ==
		    cases[i].is_valid, "'%s' is %svalid", cases[i].text,
		    cases[i].is_valid ? "" : "in");
}

int
main(void)
{
	test_compare();
	test_valid();
	ok(version_compare((struct view){0}, view_of("~")) > 0 &&
	    version_compare((struct view){0}, view_of("")) == 0,
	    "an absent version is an empty one");
	return done();
}
