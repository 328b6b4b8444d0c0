#include "base/xml.h"

#include <stdlib.h>
#include <string.h>

#include "t/unit/tap.h"

/* What no XML document can hold, nor UTF-8 be. */
static const char *const wrong[] = {
	"\x01", "a\nb", "\x7f", "\xff", "\x80", "\xc3", "\xc3(", "\xc0\xaf",
	"\xe0\x80\xaf", "\xed\xa0\x80", "\xef\xbf\xbe", "\xf4\x90\x80\x80",
	"\xf8\x88\x80\x80\x80", "\xf0\x9f\x98",
};

static const struct {
	const char *text, *xml;
} right[] = {
	{"", ""}, {"plain", "plain"},
	{"<a b='c'>&\"", "&lt;a b=&apos;c&apos;&gt;&amp;&quot;"},
	{"]]>", "]]&gt;"}, {"&amp;", "&amp;amp;"},
	{"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80",
	    "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80"},
	{"\xef\xbf\xbd\xf4\x8f\xbf\xbf", "\xef\xbf\xbd\xf4\x8f\xbf\xbf"},
};

int
main(void)
{
	for (size_t i = 0; i < sizeof(right) / sizeof(*right); i++) {
		auto_buffer struct buffer xml = {0};
		auto_error struct error err = {0};

		ok(xml_text(right[i].text, &xml, &err) == 0, "'%s' is text",
		    right[i].text);
		is_text(xml.data ? xml.data : "", right[i].xml, "… escaped");
	}
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		auto_buffer struct buffer xml = {0};
		auto_error struct error err = {0};

		ok(xml_text(wrong[i], &xml, &err) < 0 && err.text &&
		    strstr(err.text, "XML cannot hold"), "wrong text %zu", i);
	}
	return done();
}
