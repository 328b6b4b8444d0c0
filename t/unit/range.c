#include "fleet/range.h"

#include "base/cleanup.h"
#include "t/unit/tap.h"

/* A text, for how many it stands, and one of them. */
static const struct {
	const char *text;
	size_t count, index;
	const char *expanded;
} samples[] = {
	{"web1", 0, 0, "web1"},
	{"", 0, 0, ""},
	{"web[01-40]", 40, 0, "web01"},
	{"web[01-40]", 40, 39, "web40"},
	{"web[8-12].example.org", 5, 2, "web10.example.org"},
	{"[098-102]", 5, 3, "101"},
	{"[5-5]", 1, 0, "5"},
	{"ip=192.0.2.[11-50]/24,mac=00:16:3e:00:00:[10-49]", 40, 3,
	    "ip=192.0.2.14/24,mac=00:16:3e:00:00:13"},
	{"a[1-2][3-4]b", 2, 1, "a24b"},
	{"rm x\\[0-9]", 0, 0, "rm x[0-9]"},
	{"x\\[0-9] [1-3]", 3, 2, "x[0-9] 3"},
	{"[[1-3]]", 3, 0, "[1]"},
	{"[a-z] [1-] [-1] [1 -2] [1-2", 0, 0, "[a-z] [1-] [-1] [1 -2] [1-2"},
	{"http://[2001:db8::1]/", 0, 0, "http://[2001:db8::1]/"},
};

static const struct {
	const char *text, *why;
} refusals[] = {
	{"web[3-1]", "'[3-1]' descends; write the smaller number first"},
	{"web[1-200000]", "'[1-200000]' is longer than 100000"},
	{"[1-3] [1-4]",
	    "'[1-4]' stands for 4, but the range before it for 3"},
	{"[1-1234567890]",
	    "the numbers of '[1-1234567890]' have more than 9 digits"},
};

int
main(void)
{
	for (size_t i = 0; i < sizeof(samples) / sizeof(*samples); i++) {
		auto_buffer struct buffer text = {0};
		auto_error struct error err = {0};
		size_t count = 77;

		range_count(view_of(samples[i].text), &count, &err);
		is_number((long long)count, (long long)samples[i].count,
		    "'%s' stands for so many", samples[i].text);
		range_text(view_of(samples[i].text), samples[i].index, &text);
		is_text(text.data ? text.data : "", samples[i].expanded,
		    "one of them");
	}
	for (size_t i = 0; i < sizeof(refusals) / sizeof(*refusals); i++) {
		auto_error struct error err = {0};
		size_t count;

		is_number(range_count(view_of(refusals[i].text), &count, &err),
		    -1, "'%s' is refused", refusals[i].text);
		is_text(err.text, refusals[i].why, "and why");
	}
	return done();
}
