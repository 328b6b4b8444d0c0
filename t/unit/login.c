#include "repo/login.h"

#include <string.h>

#include "t/unit/tap.h"

static bool
finds(const struct logins *logins, const char *url, const char *name)
{
	const struct login *login = logins_find(logins, url);

	return name ? login && login->name && !strcmp(login->name, name)
	    : !login;
}

int
main(void)
{
	auto_logins struct logins logins = {0};

	logins_parse(&logins, view_of("# machine no.example login x\n"
	    "machine a.example login one password p1\n"
	    "machine http://b.example:8080/debian\n\tlogin two\n"
	    "\tpassword p#2\n"
	    "machine c.example/x login three password p3 machine c.example "
	    "login four password p4\n"));
	ok(logins.count == 4, "entries on one line and on several");
	ok(finds(&logins, "https://a.example/debian", "one"), "https is meant");
	ok(finds(&logins, "http://a.example/debian", NULL), "not http");
	ok(finds(&logins, "https://a.example:444/debian", "one"), "any port");
	ok(finds(&logins, "https://a.example.org/", NULL), "a longer host");
	ok(finds(&logins, "https://no.example/", NULL), "a comment");
	ok(finds(&logins, "http://b.example:8080/debian/x", "two"),
	    "scheme, port and path");
	ok(!strcmp(logins.items[1].password, "p#2"), "a # in a password");
	ok(finds(&logins, "http://b.example/debian/x", NULL), "another port");
	ok(finds(&logins, "http://b.example:8080/other", NULL), "another path");
	ok(finds(&logins, "https://c.example/x/y", "three"), "the first");
	ok(finds(&logins, "https://c.example/y", "four"), "the next that fits");
	ok(finds(&logins, "https://me@a.example/", NULL), "has a name itself");
	ok(finds(&logins, "file:/srv", NULL), "no host");
	return done();
}
