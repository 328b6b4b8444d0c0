#include "base/address.h"

#include <string.h>

#include "base/cleanup.h"
#include "t/unit/tap.h"

static struct address
read_address(const char *text)
{
	auto_error struct error err = {0};
	struct address address = {0};

	if (strchr(text, '/'))
		address_parse_prefix(view_of(text), AF_UNSPEC, &address, &err);
	else
		address_parse(view_of(text), AF_UNSPEC, &address, &err);
	return address;
}

static const struct {
	const char *text, *normal;	/* NULL: refused */
} samples[] = {
	{"192.0.2.10/24", "192.0.2.10/24"}, {"10.0.0.1/32", "10.0.0.1/32"},
	{"0.0.0.0/1", "0.0.0.0/1"}, {"192.0.2.10", NULL},
	{"2001:DB8:0:0::0010/64", "2001:db8::10/64"}, {"::/128", "::/128"},
	{"192.0.2.10/33", NULL}, {"192.0.2.10/0", NULL}, {"1.2.3/24", NULL},
	{"192.0.2.10/", NULL}, {"192.0.2.10/-1", NULL}, {"192.0.2.10/+4", NULL},
	{"192.0.2.10/24 ", NULL}, {" 192.0.2.10/24", NULL}, {"/24", NULL},
	{"192.0.2.010/24", NULL}, {"0x7f.0.0.1/8", NULL}, {"", NULL},
	{"192.0.2.10/24/24", NULL}, {"192.0.2.10/255.255.255.0", NULL},
	{"2001:db8::10/129", NULL}, {"2001:db8::10%eth0/64", NULL},
	{"2001:db8:::1/64", NULL}, {"[2001:db8::1]/64", NULL},
};

static void
test_samples(void)
{
	for (size_t i = 0; i < sizeof(samples) / sizeof(*samples); i++) {
		auto_error struct error err = {0};
		auto_free char *text = NULL;
		struct address address;
		int result = address_parse_prefix(view_of(samples[i].text),
		    AF_UNSPEC, &address, &err);

		if (result == 0)
			text = address_text_prefix(&address);
		else
			ok(err.kind == ERROR_USAGE, "wrong use");
		is_text(text, samples[i].normal, "'%s'", samples[i].text);
	}
}

static void
test_families(void)
{
	auto_error struct error err = {0};
	struct address address;

	ok(address_parse(view_of("2001:db8::1"), AF_INET, &address, &err) < 0 &&
	    strstr(err.text, "'2001:db8::1' is no IPv4 address"), "no IPv4");
	error_release(&err);
	ok(address_parse(view_of("192.0.2.1"), AF_INET6, &address, &err) < 0 &&
	    strstr(err.text, "'192.0.2.1' is no IPv6 address"), "no IPv6");
	error_release(&err);
	ok(address_parse((struct view){"192.0.2.1\0x", 11}, AF_INET, &address,
	    &err) < 0, "nothing behind a NUL is left out");
}

static const struct {
	const char *address, *network;
	bool is_in;
} places[] = {
	{"192.0.2.1", "192.0.2.10/24", true},
	{"192.0.3.1", "192.0.2.10/24", false},
	{"192.0.3.1", "192.0.2.10/23", true},
	{"192.0.2.129", "192.0.2.10/25", false},
	{"192.0.2.10", "192.0.2.10/32", true},
	{"192.0.2.11", "192.0.2.10/32", false},
	{"2001:db8::1", "2001:db8::10/64", true},
	{"2001:db8:0:1::1", "2001:db8::10/64", false},
	{"2001:db8:0:1::1", "2001:db8::10/63", true},
	{"192.0.2.1", "2001:db8::10/1", false},
};

static void
test_places(void)
{
	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		struct address address = read_address(places[i].address);
		struct address network = read_address(places[i].network);

		ok(address_is_in(&address, &network) == places[i].is_in,
		    "%s in %s", places[i].address, places[i].network);
	}
}

static const struct {
	const char *address, *why;	/* NULL: good */
} hosts[] = {
	{"192.0.2.1/24", NULL}, {"192.0.2.254/24", NULL},
	{"192.0.2.0/24", "the whole network"},
	{"192.0.2.255/24", "for broadcasts"},
	{"192.0.2.128/25", "the whole network"},
	{"192.0.2.0/31", NULL}, {"192.0.2.1/31", NULL}, {"192.0.2.0/32", NULL},
	{"192.0.2.255/23", NULL}, {"192.0.3.255/23", "for broadcasts"},
	{"0.0.0.0/8", "nobody's"}, {"0.1.2.3/24", "nobody's"},
	{"127.0.0.1/8", "the loopback's"}, {"224.0.0.1/24", "a group's"},
	{"240.0.0.1/24", "reserved"}, {"255.255.255.255/32", "reserved"},
	{"169.254.1.1/16", NULL}, {"2001:db8::1/64", NULL},
	{"2001:db8::/64", "the whole network"}, {"2001:db8::/127", NULL},
	{"2001:db8::ffff:ffff:ffff:ffff/64", NULL}, {"fe80::1/64", NULL},
	{"::1/128", "the loopback's"}, {"::/128", "nobody's"},
	{"ff02::1/64", "a group's"}, {"::ffff:192.0.2.1/96", "an IPv4"},
};

static void
test_hosts(void)
{
	for (size_t i = 0; i < sizeof(hosts) / sizeof(*hosts); i++) {
		struct address address = read_address(hosts[i].address);
		auto_error struct error err = {0};
		int result = address_check_host(&address, &address, &err);

		ok(hosts[i].why ? result < 0 && strstr(err.text, hosts[i].why)
		    : result == 0, "%s", hosts[i].address);
	}
}

static void
test_texts(void)
{
	struct address address = read_address("192.0.2.10/20");
	struct address local = read_address("fe80::1");
	struct address other = read_address("192.0.2.10/32");
	auto_free char *mask = address_netmask(&address);
	auto_free char *alone = address_text(&address);

	is_text(mask, "255.255.240.0", "a netmask");
	is_text(alone, "192.0.2.10", "an address alone");
	ok(address_equal(&address, &other), "equal, whatever the prefix");
	ok(!address_equal(&address, &local), "not equal");
	ok(address_is_link_local(&local) && !address_is_link_local(&address),
	    "link-local");
	ok(!address_is_network(&address), "no network");
	address = read_address("192.0.0.0/20");
	ok(address_is_network(&address), "a network");
}

int
main(void)
{
	test_samples();
	test_families();
	test_places();
	test_hosts();
	test_texts();
	return done();
}
