#include "base/error_list.h"

#include "t/unit/tap.h"

static void
add(struct error_list *list, const char *place, const char *text)
{
	auto_error struct error one = {0};

	error_usage(&one, "%s", text);
	error_list_add_at(list, place, &one);
}

int
main(void)
{
	auto_error_list struct error_list list = {0};
	auto_error struct error none = {0}, err = {0};

	error_list_add(&list, &none);
	is_number(error_list_result(&list, &err), 0, "nothing is wrong");
	is_text(err.text, NULL, "no sentence");
	add(&list, "", "a.fleet:1: it is wrong\na.fleet:2: so is this");
	add(&list, "web1", "out of paper");
	add(&list, "web2", "out of paper");
	add(&list, "", "a.fleet:2: so is this");
	is_number(error_list_result(&list, &err), -1, "something is");
	is_text(err.text, "a.fleet:1: it is wrong\na.fleet:2: so is this\n"
	    "web1: out of paper", "each sentence once");
	is_number(err.kind, ERROR_USAGE, "of the first one's kind");
	return done();
}
