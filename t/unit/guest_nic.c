#include "guest/guest_nics.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/memory.h"
#include "t/unit/tap.h"

#define MAC "mac=00:16:3e:00:00:01"
#define STATIC "ip=192.0.2.10/24"

/* What is refused, and a part of why. Cards have | between them. */
static const struct {
	const char *words, *why;
} refusals[] = {
	{"", "'' is unknown; write bridge=xenbr0,ip="},
	{"colour=red", "'colour' is unknown"},
	{"ip", "ip has no value"}, {"ip=", "ip has no value"},
	{"onlink=yes", "onlink takes no value"},
	{MAC "," MAC, "mac is given twice"},
	{"mac=00:16:3e:12:34", "mac: '00:16:3e:12:34' is no MAC address"},
	{"mac=01:16:3e:12:34:56", "a group's, not a card's"},
	{"bridge=sixteencharacter", "bridge: 'sixteencharacter' is no name"},
	{"vifname=a/b", "vifname: 'a/b' is no name of a network interface"},
	{"vifname=sixteencharacter", "is no name of a network interface"},
	{"ip=192.0.2.10", "has no prefix length; write 192.0.2.10/24"},
	{"ip=192.0.2.300/24", "'192.0.2.300' is no IPv4 address"},
	{"ip=192.0.2.10/33", "is not between 1 and 32"},
	{"ip=192.0.2.0/24", "is the address of the whole network"},
	{"ip=192.0.2.255/24", "address for broadcasts"},
	{"ip=127.0.0.1/8", "is the loopback's"},
	{"ip=224.0.0.1/8", "is a group's"},
	{"ip=auto", "'auto' is no IPv4 address"},
	{"ip=DHCP", "'DHCP' is no IPv4 address"},
	{"ip=2001:db8::1/64", "'2001:db8::1' is no IPv4 address"},
	{"ip=none,ip=dhcp", "ip=none stands alone"},
	{"ip=dhcp,ip=dhcp", "'dhcp' is given twice"},
	{STATIC "," STATIC, "ip: '192.0.2.10/24' is given twice"},
	{"ip6=192.0.2.10/24", "'192.0.2.10' is no IPv6 address"},
	{"ip6=2001:db8::1", "has no prefix length; write 2001:db8::1/64"},
	{"ip6=2001:db8::/64", "is the address of the whole network"},
	{"ip6=2001:db8::1/129", "is not between 1 and 128"},
	{"ip6=::1/128", "is the loopback's"},
	{"ip6=ff02::1/64", "is a group's"},
	{"ip6=auto,ip6=dhcp", "ip6 is auto or dhcp, not both"},
	{"ip6=none,ip6=auto", "ip6=none stands alone"},
	{"gateway=192.0.2.1", "needs an address of its own"},
	{"ip=dhcp,gateway=192.0.2.1", "needs an address of its own, ip=ADD"},
	{"ip6=auto,gateway6=fe80::1", "needs an address of its own, ip6=ADD"},
	{STATIC ",gateway=192.0.3.1", "gateway=192.0.3.1 is in no network"},
	{STATIC ",gateway=192.0.2.1/24", "'192.0.2.1/24' is no IPv4 address"},
	{STATIC ",gateway=192.0.2.10", "it is the card's own address"},
	{STATIC ",gateway=192.0.2.0", "address of the whole network"},
	{STATIC ",gateway=192.0.2.255", "address for broadcasts"},
	{STATIC ",gateway=2001:db8::1", "is no IPv4 address"},
	{"ip=192.0.2.10/32,gateway=192.0.2.1", "add onlink if it can be"},
	{"ip6=2001:db8::2/64,gateway6=2001:db9::1", "is in no network"},
	{"ip=192.0.2.10/24,p2p=192.0.2.1", "goes with one ip=ADDRESS/32"},
	{"ip=dhcp,p2p=192.0.2.1", "goes with one ip=ADDRESS/32"},
	{"ip=192.0.2.1/32,p2p=192.0.2.1", "p2p=192.0.2.1 is the card's own"},
	{"ip=192.0.2.1/32,p2p=192.0.2.2,gateway=192.0.2.3", "in no network"},
	{"ip=dhcp,onlink", "onlink is for a gateway"},
	{"dns=example.org", "dns: 'example.org' is no IP address"},
	{"dns=192.0.2.1,dns=192.0.2.1", "dns: '192.0.2.1' is given twice"},
	{"search=a..b", "search: 'a..b' is no domain"},
	{"search=a b", "search: 'a b' is no domain"},
	{"search=-\t", "is no domain"},
	{"mtu=67", "mtu=67 is not between 68 and 65535"},
	{"mtu=70000", "mtu=70000 is not between 68 and 65535"},
	{"mtu=big", "mtu: "}, {"mtu=1000,ip6=auto", "too little for IPv6"},
	{"vlan=4095", "vlan=4095 is not between 1 and 4094"},
	{"route=10.0.0.0", "route: '10.0.0.0' has no prefix length"},
	{"route=10.0.0.1/8", "'10.0.0.1/8' is no network; write 10.0.0.0/8"},
	{"route=10.0.0.0/8@", "'' is no IPv4 address"},
	{"route=10.0.0.0/8@2001:db8::1", "is no IPv4 address"},
	{STATIC ",route=10.0.0.0/8@192.0.3.1", "its gateway is in no network"},
	{STATIC ",route=10.0.0.0/8@192.0.2.10", "the card's own address"},
	{"ip=none,route=10.0.0.0/8", "needs an address, but ip is none"},
	{"ip6=none,route=2001:db8::/32", "needs an address, but ip6 is none"},
	{"model=e1000;x", "model: 'e1000;x' holds what xl cannot take"},
	{"script=a b", "script: 'a b' holds what xl cannot take"},
	{"rate=fast", "rate: 'fast' is no rate; write 10Mb/s"},
	{"rate=10Mb", "is no rate"}, {"rate=10Mb/s@20", "is no rate"},
	{MAC "|" MAC, "another card has the mac '00:16:3e:00:00:01'"},
	{MAC "|mac=00:16:3E:00:00:01", "another card has the mac"},
	{"vifname=a|vifname=a", "another card has the vifname 'a'"},
	{STATIC "|ip=192.0.2.10/16", "another card has the address 192.0.2.10"},
	{"ip6=fd00::1/64|ip6=fd00:0::1/80", "another card has the address fd00"},
	{STATIC ",gateway=192.0.2.1|ip=198.51.100.2/24,gateway=198.51.100.1",
	    "another card has a gateway; a guest has one default route"},
};

static int
read_cards(const char *words, struct guest_nics *nics, struct error *err)
{
	auto_strings struct strings cards = {0};
	struct origins origins = {0};
	struct faults faults = {&origins, err, 0};

	strings_split(&cards, words, "|");
	if (!cards.count)
		strings_add(&cards, "");
	guest_nics_read(nics, &cards, &faults);
	return faults_result(&faults);
}

static void
test_refusals(void)
{
	for (size_t i = 0; i < sizeof(refusals) / sizeof(*refusals); i++) {
		auto_end(guest_nics_release) struct guest_nics nics = {0};
		auto_error struct error err = {0};

		if (!ok(read_cards(refusals[i].words, &nics, &err) < 0 &&
		    err.kind == ERROR_USAGE && strstr(err.text,
		    refusals[i].why), "'%s'", refusals[i].words))
			printf("# %s\n", err.text ? err.text : "accepted");
	}
}

/* What is taken, and how it is written again. */
static const struct {
	const char *words, *text;
} goods[] = {
	{"ip=dhcp", "ip=dhcp"}, {"bridge=br0", "bridge=br0,ip=dhcp"},
	{"ip=none", "ip=none,ip6=none"},
	{"ip=none,ip6=auto", "ip=none,ip6=auto"},
	{"mac=00:16:3E:AB:cd:EF", "mac=00:16:3e:ab:cd:ef,ip=dhcp"},
	{STATIC ",gateway=192.0.2.1", STATIC ",gateway=192.0.2.1"},
	{"gateway=192.0.2.1," STATIC, STATIC ",gateway=192.0.2.1"},
	{STATIC ",ip=dhcp,ip=10.0.0.1/8", STATIC ",ip=dhcp,ip=10.0.0.1/8"},
	{"ip6=2001:DB8:0::0010/64,gateway6=FE80::1",
	    "ip=dhcp,ip6=2001:db8::10/64,gateway6=fe80::1"},
	{"ip=192.0.2.10/32,gateway=198.51.100.1,onlink",
	    "ip=192.0.2.10/32,gateway=198.51.100.1,onlink"},
	{"ip=192.0.2.10/32,p2p=198.51.100.1,gateway=198.51.100.1",
	    "ip=192.0.2.10/32,gateway=198.51.100.1,p2p=198.51.100.1"},
	{"ip=192.0.2.0/31,gateway=192.0.2.1",
	    "ip=192.0.2.0/31,gateway=192.0.2.1"},
	{"route=10.0.0.0/8@192.0.2.1,route=2001:DB8::/32",
	    "ip=dhcp,route=10.0.0.0/8@192.0.2.1,route=2001:db8::/32"},
	{STATIC ",route=10.0.0.0/8@192.0.2.9,route=172.16.0.0/12",
	    STATIC ",route=10.0.0.0/8@192.0.2.9,route=172.16.0.0/12"},
	{"dns=192.0.2.1,dns=2001:db8::53,search=example.org,search=lan,dns="
	    "127.0.0.1", "ip=dhcp,dns=192.0.2.1,dns=2001:db8::53,"
	    "dns=127.0.0.1,search=example.org,search=lan"},
	{"mtu=9000,vlan=10,model=e1000,rate=10Mb/s@20ms,vifname=web0,"
	    "script=vif-openvswitch,backend=net",
	    "ip=dhcp,mtu=9000,vlan=10,model=e1000,rate=10Mb/s@20ms,"
	    "vifname=web0,script=vif-openvswitch,backend=net"},
	{"mtu=1000", "ip=dhcp,mtu=1000"}, {"rate=5MB/s", "ip=dhcp,rate=5MB/s"},
	{"bridge=ovsbr0.10", "bridge=ovsbr0.10,ip=dhcp"},
	{"ip6=dhcp,ip6=fd00::2/64", "ip=dhcp,ip6=dhcp,ip6=fd00::2/64"},
};

static void
test_goods(void)
{
	for (size_t i = 0; i < sizeof(goods) / sizeof(*goods); i++) {
		auto_end(guest_nics_release) struct guest_nics nics = {0};
		auto_end(guest_nics_release) struct guest_nics again = {0};
		auto_error struct error err = {0};
		auto_buffer struct buffer text = {0}, second = {0};

		if (!ok(read_cards(goods[i].words, &nics, &err) == 0, "%s",
		    goods[i].words))
			printf("# %s\n", err.text);
		guest_nics_text(&nics, &text);
		is_text(text.data, goods[i].text, "how it is written");
		read_cards(text.data, &again, &err);
		guest_nics_text(&again, &second);
		is_text(second.data, text.data, "and read again");
	}
}

static void
test_lines(void)
{
	auto_end(guest_nics_release) struct guest_nics nics = {0};
	auto_error struct error err = {0};
	auto_buffer struct buffer text = {0};

	ok(guest_nics_parse(&nics, view_of(MAC "\n mac=00:16:3e:00:00:02,"
	    "ip=none"), &err) == 0, "a card a line");
	guest_nics_text(&nics, &text);
	is_text(text.data, MAC "\nmac=00:16:3e:00:00:02,ip=none", "again");
	ok(guest_nics_have_mac(&nics, "00:16:3e:00:00:02") &&
	    !guest_nics_have_mac(&nics, "00:16:3e:00:00:03"), "their MACs");
	ok(guest_nics_parse(&nics, view_of("ip=dhcp"), &err) < 0 &&
	    strstr(err.text, "has no mac"), "each has a MAC");
}

int
main(void)
{
	test_refusals();
	test_goods();
	test_lines();
	return done();
}
