#include "base/cleanup.h"
#include "base/buffer.h"
#include "plan/relation.h"
#include "t/unit/tap.h"

/* Back to text, in one form. */
static char *
read_and_write(const char *text, struct error *err)
{
	auto_relations struct relations relations = {0};
	struct buffer out = {0};

	if (relations_parse(view_of(text), &relations, err) < 0)
		return NULL;
	vector_each(relation, &relations) {
		auto_free char *one = relation_text(relation);

		buffer_printf(&out, "%s%s", one,
		    relation->or_next ? " | " : ", ");
	}
	return buffer_steal(&out);
}

static void
test_forms(void)
{
	static const struct {
		const char *text;
		const char *expected;
	} cases[] = {
		{NULL, ""},
		{"", ""},
		{"a", "a, "},
		{"a,b|c", "a, b | c, "},
		{"  a  ,\n b\t|  c ,", "a, b | c, "},
		{"a(>=1)", "a (>= 1), "},
		{"a ( << 1:2~3-4 )", "a (<< 1:2~3-4), "},
		{"a (< 1), a (> 1), a (= 1)", "a (<= 1), a (>= 1), a (= 1), "},
		{"python3:any (>= 3.8~)", "python3:any (>= 3.8~), "},
		{"g++:native", "g++:native, "},
		{"libc6 (>= 2.34) | b,x", "libc6 (>= 2.34) | b, x, "},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		auto_error struct error err = {0};
		auto_free char *got = read_and_write(cases[i].text, &err);

		is_text(got, cases[i].expected, "'%s'",
		    cases[i].text ? cases[i].text : "(none)");
	}
}

static void
test_errors(void)
{
	static const char *const cases[] = {
		"a (2)", "a (>= )", "a (>= 2", "a b", "a | ", "(>= 2)", "a:",
		"a (=> 2)", "a ()", "| a", "a (>= 2) b",
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		auto_error struct error err = {0};
		auto_free char *got = read_and_write(cases[i], &err);

		ok(!got && err.text && strstr(err.text,
		    "is not a relation between packages"), "'%s' is refused",
		    cases[i]);
	}
}

static void
test_allows(void)
{
	static const struct {
		const char *relation;
		const char *version;
		bool allows;
	} cases[] = {
		{"a", "1", true}, {"a", NULL, true}, {"a (= 1)", NULL, false},
		{"a (<< 2)", "2~", true}, {"a (<< 2)", "2", false},
		{"a (<= 2)", "2", true}, {"a (<= 2)", "2+", false},
		{"a (= 2)", "2-0", true}, {"a (= 2)", "2-1", false},
		{"a (>= 2)", "2", true}, {"a (>= 2)", "2~", false},
		{"a (>> 2)", "1:0", true}, {"a (>> 2)", "2", false},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		auto_relations struct relations relations = {0};
		auto_error struct error err = {0};

		relations_parse(view_of(cases[i].relation), &relations, &err);
		ok(relation_allows(&relations.items[0],
		    view_of(cases[i].version)) == cases[i].allows,
		    "'%s' %s version %s", cases[i].relation, cases[i].allows ?
		    "allows" : "does not allow", cases[i].version ?
		    cases[i].version : "(none)");
	}
}

int
main(void)
{
	test_forms();
	test_errors();
	test_allows();
	return done();
}
