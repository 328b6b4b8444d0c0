#include "repo/url.h"

#include <stdlib.h>

#include "base/cleanup.h"
#include "t/unit/tap.h"

int
main(void)
{
	static const struct {
		const char *operand, *address;
	} cases[] = {
		{"/srv/mirror/", "file:/srv/mirror/"},
		{"/a b/\"c\"/d%#?", "file:/a%20b/%22c%22/d%25%23%3F"},
		{"/\303\244", "file:/%C3%A4"},
		{"http://mirror.example.org/a%20b",
		    "http://mirror.example.org/a%20b"},
	};
	auto_free char *below = url_below("http://mirror.example.org/debian",
	    view_of("pool/a/a_1:2+b~c d.deb"));

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		auto_free char *address = url_of_operand(cases[i].operand);

		is_text(address, cases[i].address, "%s", cases[i].operand);
	}
	is_text(below, "http://mirror.example.org/debian/pool/a/"
	    "a_1:2+b~c%20d.deb", "a path below an address");
	return done();
}
