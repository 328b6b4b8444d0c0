#include "install/vsyscall.h"

#include "base/cleanup.h"
#include "t/unit/tap.h"

#define BEFORE \
	"7ffd5b5ee000-7ffd5b60f000 rw-p 00000000 00:00 0    [stack]\n" \
	"7ffd5b7b2000-7ffd5b7b4000 r-xp 00000000 00:00 0    [vdso]\n"

static const struct {
	const char *maps;
	bool is_there;
	const char *what;
} samples[] = {
	{BEFORE "ffffffffff600000-ffffffffff601000 r-xp 00000000 00:00 0"
	    "                  [vsyscall]\n", true, "vsyscall=emulate"},
	{BEFORE "ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0"
	    "                  [vsyscall]\n", true, "vsyscall=xonly"},
	{BEFORE "ffffffffff600000-ffffffffff601000 ---p 00000000 00:00 0"
	    "                  [vsyscall]\n", false, "not to be called"},
	{BEFORE, false, "vsyscall=none"},
	{"", false, "no maps"},
};

static void
test_suites(void)
{
	static const char *const names[] = {"wheezy", "jessie", "bookworm"};
	auto_error struct error err = {0};
	struct suite_table *table = suite_table_read(&err);

	for (size_t i = 0; table && i < sizeof(names) / sizeof(*names); i++) {
		const struct suite *suite = suite_find(table, names[i], &err);

		ok(suite && vsyscall_check(suite, "i386", &err) == 0,
		    "%s for i386 needs none", names[i]);
		ok(suite && (i == 0) == (stanza_get(&suite->fields,
		    "Vsyscall").data != NULL), "%s for amd64", names[i]);
	}
	suite_table_free(table);
}

int
main(void)
{
	for (size_t i = 0; i < sizeof(samples) / sizeof(*samples); i++)
		ok(vsyscall_is_there(view_of(samples[i].maps)) ==
		    samples[i].is_there, "%s", samples[i].what);
	test_suites();
	return done();
}
