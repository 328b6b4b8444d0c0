#include "base/buffer.h"
#include "plan/mentions.h"
#include "plan/package_set.h"
#include "t/unit/tap.h"

static int
add(struct package_set *set, const char *text, unsigned index, int pin,
    struct error *err)
{
	auto_buffer struct buffer buffer = {0};

	buffer_text(&buffer, text);
	return package_set_add_index(set, "Packages", &buffer,
	    &(struct package_origin){.index = index, .from_suite = index == 0,
	    .pin = pin}, err);
}

static const char suite[] =
    "Package: two\nVersion: 1\nArchitecture: amd64\nEssential: yes\n"
    "Priority: required\nSize: 10\nInstalled-Size: 3\n"
    "Description: two\n more of it\n\n"
    "Package: one\nVersion: 1.9\nArchitecture: all\n"
    "Suggests: five, three\nProvides: thing (= 5), bad (>= 2)\n\n"
    "Package: one\nVersion: 1.10\nArchitecture: amd64\nProtected: yes\n\n"
    "Package: one\nVersion: 9\nArchitecture: i386\n\n"
    "Package: three\nVersion: 1\nArchitecture: all\nProvides: thing\n\n"
    "Package: four\nVersion: 1\nArchitecture: all\n";

static const char backports[] =
    "Package: two\nVersion: 2\nArchitecture: amd64\n\n"
    "Package: five\nVersion: 2\nArchitecture: all\nProvides: other\n";

static void
test_choice(const struct package_set *set)
{
	const struct package *one = package_set_find(set, view_of("one"));
	const struct package *two = package_set_find(set, view_of("two"));
	const struct package *five = package_set_find(set, view_of("five"));

	is_number((long long)package_set_count(set), 7,
	    "stanzas of other architectures are passed over");
	ok(one && view_is(one->version, "1.10"), "the highest version");
	ok(one && one->next && view_is(one->next->version, "1.9"),
	    "the lower version comes after it");
	ok(two && view_is(two->version, "1") && two->origin->pin == 500 &&
	    two->origin->from_suite, "the higher pin goes before the higher version");
	ok(five && five->origin->index == 1 &&
	    !five->origin->from_suite,
	    "a package that only backports has");
	ok(two && two->size == 10 && two->installed_size == 3072,
	    "sizes in bytes");
	ok(two && two->owner->is_essential && one->owner->is_important,
	    "essential and protected names");
	ok(!package_set_find(set, view_of("six")), "no such package");
}

static void
test_names(const struct package_set *set)
{
	const struct package_name *thing =
	    package_set_name(set, view_of("thing"));
	const struct package_provider *first = thing->providers;
	struct mentions *mentions = mentions_new(set);

	ok(!thing->candidate && first && first->next && !first->next->next,
	    "two packages provide a name");
	ok(view_is(first->package->name, "three") && !first->version.data &&
	    view_is(first->next->version, "5"), "the last read comes first");
	ok(!package_set_name(set, view_of("bad"))->providers,
	    "a Provides of a range of versions does not count");
	is_number(package_set_name(set, view_of("six"))->number, 0,
	    "an unknown name has the number 0");
	ok(mentions_has_first(mentions, package_set_name(set, view_of("five")),
	    package_set_name(set, view_of("three"))),
	    "a relation mentions a name as a package does");
	ok(mentions_has_first(mentions, package_set_name(set, view_of("one")),
	    package_set_name(set, view_of("five"))),
	    "a package is mentioned before what it suggests");
	mentions_free(mentions);
}

static void
test_errors(void)
{
	static const struct {
		const char *text;
		const char *error;
	} cases[] = {
		{"Package: a\nVersion 1\n",
		    "Packages:2: not a 'Field: value' line"},
		{"Package: a\nVersion: 1\n",
		    "Packages:3: package 'a' has no Architecture"},
		{"Package: a\nArchitecture: all\n",
		    "Packages:3: package 'a' has no Version"},
		{"Version: 1\n",
		    "Packages:2: a stanza without the field 'Package'"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		auto_error struct error err = {0};
		struct package_set *set = package_set_new("amd64");

		ok(add(set, cases[i].text, 0, 500, &err) < 0, "refused");
		is_text(err.text, cases[i].error, "the reason");
		package_set_free(set);
	}
}

static void
test_size_error(void)
{
	auto_error struct error err = {0};
	struct package_set *set = package_set_new("amd64");

	ok(add(set, "Package: a\nVersion: 1\nArchitecture: all\nSize: 1x\n", 0,
	    500, &err) < 0 && strstr(err.text, "package 'a': Size: "),
	    "a size that is no number is refused");
	package_set_free(set);
}

int
main(void)
{
	auto_error struct error err = {0};
	struct package_set *set = package_set_new("amd64");

	ok(add(set, suite, 0, 500, &err) == 0 &&
	    add(set, backports, 1, 100, &err) == 0 &&
	    add(set, "", 2, 500, &err) == 0, "indices are added");
	package_set_finish(set);
	test_choice(set);
	test_names(set);
	package_set_free(set);
	package_set_free(NULL);
	test_errors();
	test_size_error();
	return done();
}
