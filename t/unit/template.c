#include "guest/template.h"

#include "t/unit/tap.h"

static const struct template_value values[] = {
	{"NAME", "debian1"},
	{"EMPTY", ""},
	TEMPLATE_VALUES_END
};

struct sample {
	const char *template, *text, *sentence;
};

static const struct sample samples[] = {
	{"", "", NULL},
	{"plain\n", "plain\n", NULL},
	{"${NAME}", "debian1", NULL},
	{"a${NAME}b${EMPTY}c${NAME}\n", "adebian1bcdebian1\n", NULL},
	{"$NAME $ {NAME} $$ }", "$NAME $ {NAME} $$ }", NULL},
	{"a\nb ${OTHER}\n", NULL, "hosts:2: nothing is known for '${OTHER}'"},
	{"${name}", NULL, "hosts:1: nothing is known for '${name}'"},
	{"\n\n${NAME\n", NULL, "hosts:3: '${' without its '}'"},
	{"${", NULL, "hosts:1: '${' without its '}'"},
};

static void
test_sample(const struct sample *sample)
{
	auto_buffer struct buffer text = {0};
	auto_error struct error err = {0};
	int result = template_expand("hosts", view_of(sample->template),
	    values, &text, &err);

	if (sample->text) {
		ok(result == 0, "expanded");
		is_text(text.data, sample->text, "as it should be");
	} else {
		is_text(err.text, sample->sentence, "refused");
	}
}

int
main(void)
{
	static const struct template_value hosts[] = {
		{"ADDRESS", "127.0.1.1"},
		{"NAMES", "debian1"},
		TEMPLATE_VALUES_END
	};
	auto_buffer struct buffer text = {0};
	auto_error struct error err = {0};

	for (size_t i = 0; i < sizeof(samples) / sizeof(*samples); i++)
		test_sample(&samples[i]);
	ok(template_read("hosts", hosts, &text, &err) == 0 &&
	    strstr(text.data, "127.0.1.1\tdebian1\n"), "a file of templates/");
	ok(template_check_all(&err) == 0, "all that come with it can be filled in");
	ok(template_read("no-such-template", hosts, &text, &err) < 0 &&
	    strstr(err.text, "no-such-template"), "a file that is not there");
	return done();
}
