#include "emulate/card.h"

#include "base/cleanup.h"
#include "t/unit/tap.h"

static const struct {
	const char *nic;
	const char *network;
	const char *address;
} cases[] = {
	{"ip=192.0.2.10/24,gateway=192.0.2.1",
	    "net=192.0.2.0/24,host=192.0.2.1,dns=192.0.2.2", "192.0.2.10"},
	{"ip=192.0.2.1/24", "net=192.0.2.0/24,host=192.0.2.2,dns=192.0.2.3",
	    "192.0.2.1"},
	{"ip=192.0.2.2/24,gateway=192.0.2.254",
	    "net=192.0.2.0/24,host=192.0.2.254,dns=192.0.2.1", "192.0.2.2"},
	{"ip=192.0.2.13/29,gateway=192.0.2.9",
	    "net=192.0.2.8/29,host=192.0.2.9,dns=192.0.2.10", "192.0.2.13"},
	{"ip=10.9.200.7/13,gateway=10.8.0.1",
	    "net=10.8.0.0/13,host=10.8.0.1,dns=10.8.0.2", "10.9.200.7"},
	{"ip=198.51.100.1/32,ip=192.0.2.10/24",
	    "net=192.0.2.0/24,host=192.0.2.1,dns=192.0.2.2", "192.0.2.10"},
	{"ip=192.0.2.10/24,gateway=198.51.100.1,onlink",
	    "net=192.0.2.0/24,host=192.0.2.1,dns=192.0.2.2", "192.0.2.10"},
	{"ip=192.0.2.10/24,vlan=7", NULL, NULL},
	{"ip=192.0.2.10/32,p2p=198.51.100.1", NULL, NULL},
	{"ip=192.0.2.10/30,gateway=192.0.2.9", NULL, NULL},
	{"ip=dhcp", NULL, NULL},
	{"ip6=2001:db8::10/64", NULL, NULL},
};

int
main(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		auto_end(card_release) struct card card = {0};
		auto_end(guest_nic_release) struct guest_nic nic = {0};
		auto_error struct error err = {0};

		if (guest_nic_parse(cases[i].nic, &nic, &err) < 0 ||
		    guest_nic_complete(&nic, &err) < 0)
			is_text(err.text, "", "%s", cases[i].nic);
		card_from_nic(&nic, &card);
		is_text(card.network, cases[i].network, "network of %s",
		    cases[i].nic);
		is_text(card.address, cases[i].address, "address of %s",
		    cases[i].nic);
	}
	return done();
}
