/*
 * Every t/plan/ *.case: the first stanza is the request (Title, Variant,
 * Include, Exclude, Extra, Recommends, Foreign: architectures) and what comes of it (Plan, in the order to configure, or
 * Error); the stanzas after it are the suite's index. A stanza with Index
 * (and Pin) begins another one. t2001 has apt judge the same files.
 */
#include <glob.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/size.h"
#include "plan/inclusion.h"
#include "plan/plan.h"
#include "t/unit/tap.h"

static int
add_index(struct package_set *set, const char *path, struct view text,
    struct error *err)
{
	static unsigned index;
	auto_stanza struct stanza head = {0};
	struct stanza_reader reader = stanza_reader(path, text);
	auto_buffer struct buffer copy = {0};
	uint64_t pin = 500;
	bool is_first;

	if (stanza_read(&reader, &head, err) <= 0)
		return -1;
	is_first = !stanza_get(&head, "Index").data;
	if (stanza_get(&head, "Pin").data &&
	    number_parse(stanza_get(&head, "Pin"), &pin, err) < 0)
		return -1;
	buffer_view(&copy, reader.rest);
	return package_set_add_index(set, path, &copy,
	    &(struct package_origin){
		.suite = is_first ? view_of("suite0") : view_of("suite1"),
		.codename = is_first ? view_of("suite0") : view_of("suite1"),
		.index = index++, .from_suite = is_first, .pin = (int)pin,
	    }, err);
}

/* Cuts the text at the stanzas that begin an index. */
static int
add_indices(struct package_set *set, const char *path, struct view text,
    struct error *err)
{
	while (text.length) {
		const char *next = memmem(text.data + 1, text.length - 1,
		    "\nIndex:", 7);
		struct view part = text;

		if (next)
			part.length = (size_t)(next + 1 - text.data);
		if (add_index(set, path, part, err) < 0)
			return -1;
		text.data += part.length;
		text.length -= part.length;
	}
	package_set_finish(set);
	return 0;
}

static void
add_words(struct strings *strings, struct view text)
{
	struct view word;

	while (view_word(&text, &word)) {
		auto_free char *string = view_string(word);

		strings_add(strings, string);
	}
}

static void
add_foreign(struct package_set *set, const struct stanza *head)
{
	auto_strings struct strings foreign = {0};

	add_words(&foreign, stanza_get(head, "Foreign"));
	vector_each(architecture, &foreign)
		package_set_add_foreign(set, *architecture);
}

static char *
plan_text(const struct plan *plan)
{
	struct buffer text = {0};

	vector_each(item, plan)
		buffer_printf(&text, "%s%d %s " VIEW_FORMAT " " VIEW_FORMAT,
		    text.length ? "\n " : "", item->is_essential ? 1 : 2,
		    item->is_automatic ? "auto" : "manual",
		    VIEW_ARGUMENTS(item->package->owner->text),
		    VIEW_ARGUMENTS(item->package->version));
	return buffer_steal(&text);
}

static char *
outcome(const struct package_set *set, const struct stanza *head)
{
	auto_error struct error err = {0};
	auto_free char *variant = view_string(stanza_get(head, "Variant"));
	auto_free char *include = view_string(stanza_get(head, "Include"));
	struct plan_request request = {
		.variant = *variant ? variant : "essential",
		.recommends = stanza_get(head, "Recommends").data,
	};
	struct plan plan = {0};
	char *text;

	inclusions_split(&request.include, include);
	add_words(&request.exclude, stanza_get(head, "Exclude"));
	add_words(&request.essential_extra, stanza_get(head, "Extra"));
	if (plan_make(set, &request, &plan, &err) < 0) {
		text = err.text;
		err.text = NULL;
	} else {
		text = plan_text(&plan);
	}
	strings_release(&request.include);
	strings_release(&request.exclude);
	strings_release(&request.essential_extra);
	plan_release(&plan);
	return text;
}

static void
run_case(const char *path)
{
	auto_error struct error err = {0};
	auto_buffer struct buffer text = {0};
	auto_stanza struct stanza head = {0};
	struct package_set *set = package_set_new("amd64");
	struct stanza_reader reader;
	struct view whole;

	if (file_read_at(AT_FDCWD, path, &text, &err) < 0) {
		ok(false, "%s: %s", path, err.text);
		return;
	}
	whole = (struct view){text.data, text.length};
	reader = stanza_reader(path, whole);
	if (stanza_read(&reader, &head, &err) <= 0) {
		ok(false, "%s: %s", path, err.text);
		return;
	}
	add_foreign(set, &head);
	if (add_indices(set, path, whole, &err) < 0) {
		ok(false, "%s: %s", path, err.text);
	} else {
		auto_free char *got = outcome(set, &head);
		auto_free char *title =
		    view_string(stanza_get(&head, "Title"));
		struct view plan = stanza_get(&head, "Plan");
		auto_free char *expected = view_string(plan.data ? plan :
		    stanza_get(&head, "Error"));

		is_text(got, expected, "%s", title);
	}
	package_set_free(set);
}

int
main(int count, char **arguments)
{
	auto_free char *pattern = NULL;
	glob_t found = {0};

	if (asprintf(&pattern, "%s/*.case", count > 1 ? arguments[1] :
	    "t/plan") < 0)
		return 1;
	ok(glob(pattern, 0, NULL, &found) == 0, "there are cases");
	for (size_t i = 0; i < found.gl_pathc; i++)
		run_case(found.gl_pathv[i]);
	globfree(&found);
	return done();
}
