#include <stdlib.h>

#include "base/cleanup.h"
#include "base/memory.h"
#include "repo/proxy.h"
#include "t/unit/tap.h"

#define GENERAL "Acquire::http::Proxy http://general:1\n"

static const struct {
	const char *what;
	const char *dump;
	const char *http_proxy, *https_proxy;
	const char *url;
	const char *proxy;	/* NULL: nobody says anything */
} cases[] = {
	{"nothing", "", NULL, NULL, "http://m/d", NULL},
	{"apt's own", GENERAL, NULL, NULL, "http://m/d", "http://general:1"},
	{"before the environment's", GENERAL, "http://e:2", NULL, "http://m/d",
	    "http://general:1"},
	{"the environment's", "", "http://e:2", NULL, "http://m/d",
	    "http://e:2"},
	{"for a host", GENERAL "Acquire::http::Proxy::m DIRECT\n", NULL, NULL,
	    "http://m/d", ""},
	{"for another host", GENERAL "Acquire::http::Proxy::n DIRECT\n", NULL,
	    NULL, "http://m/d", "http://general:1"},
	{"for a host with a port and a password",
	    "Acquire::http::Proxy::m http://h:3\n", NULL, NULL,
	    "http://u:p@m:80/d", "http://h:3"},
	{"for a host that is a number", "Acquire::http::Proxy::[::1] http://h:3\n",
	    NULL, NULL, "http://[::1]/d", "http://h:3"},
	{"https by that of http", GENERAL, NULL, NULL, "https://m/d",
	    "http://general:1"},
	{"https by its own", GENERAL "Acquire::https::Proxy http://s:4\n", NULL,
	    NULL, "https://m/d", "http://s:4"},
	{"https by its variable", "", "http://e:2", "http://s:5",
	    "https://m/d", "http://s:5"},
	{"https by that of http", "", "http://e:2", NULL, "https://m/d",
	    "http://e:2"},
	{"http not by that of https", "", NULL, "http://s:5", "http://m/d",
	    NULL},
	{"files by none", GENERAL, "http://e:2", NULL, "file:/m/d", NULL},
	{"a program's answer", "Acquire::http::Proxy-Auto-Detect /bin/echo\n",
	    NULL, NULL, "http://m/d", "http://m/d"},
	{"a host before a program", "Acquire::http::Proxy::m http://h:3\n"
	    "Acquire::http::Proxy-Auto-Detect /bin/echo\n", NULL, NULL,
	    "http://m/d", "http://h:3"},
	{"a program that says nothing", GENERAL
	    "Acquire::http::ProxyAutoDetect /bin/true\n", NULL, NULL,
	    "http://m/d", "http://general:1"},
	{"an empty value", "Acquire::http::Proxy \n", NULL, NULL, "http://m/d",
	    NULL},
};

static void
set_variable(const char *name, const char *value)
{
	if (value)
		setenv(name, value, 1);
	else
		unsetenv(name);
}

int
main(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		auto_end(proxies_release) struct proxies proxies = {0};
		auto_error struct error err = {0};
		auto_free char *proxy = NULL;

		set_variable("http_proxy", cases[i].http_proxy);
		set_variable("https_proxy", cases[i].https_proxy);
		proxies_parse(&proxies, view_of(cases[i].dump));
		ok(proxies_find(&proxies, cases[i].url, &proxy, &err) == 0,
		    "found: %s", cases[i].what);
		is_text(proxy, cases[i].proxy, "%s", cases[i].what);
	}
	return done();
}
