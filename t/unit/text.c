#include "base/text.h"

#include "t/unit/tap.h"

static const struct {
	const char *text;
	bool is_utf8;
} texts[] = {
	{"", true}, {"plain", true}, {"\xc3\xbc", true},
	{"\xe2\x82\xac", true}, {"\xf0\x9f\x90\xa7", true},
	{"\xf4\x8f\xbf\xbf", true}, {"\xef\xbf\xbf", true},
	{"\xff", false}, {"\x80", false}, {"a\xc3", false},
	{"\xc3(", false}, {"\xe2\x82", false}, {"\xe2(\xac", false},
	{"\xc0\xaf", false}, {"\xc1\xbf", false}, {"\xe0\x9f\xbf", false},
	{"\xed\xa0\x80", false}, {"\xf0\x8f\xbf\xbf", false},
	{"\xf4\x90\x80\x80", false}, {"\xf5\x80\x80\x80", false},
};

int
main(void)
{
	struct view rest = view_of(" two  words\n"), word;

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		is_number(view_is_utf8(view_of(texts[i].text)),
		    texts[i].is_utf8, "UTF-8, %zu", i);
	ok(view_word(&rest, &word) && view_is(word, "two"), "a word");
	ok(view_word(&rest, &word) && view_is(word, "words"), "the next");
	ok(!view_word(&rest, &word), "none is left");
	return done();
}
