#include "guest/guest_nic.h"

#include <ctype.h>
#include <regex.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/memory.h"
#include "base/parameters.h"
#include "guest/guest_route.h"
#include "guest/identity.h"

#define NIC(member) offsetof(struct guest_nic, member)

enum {
	INTERFACE_MAX_LENGTH = 15,	/* IFNAMSIZ - 1 */
	MTU_MIN = 68,	/* RFC 791 */
	MTU_MIN_IPV6 = 1280,	/* RFC 8200 */
	MTU_MAX = 65535,
	VLAN_MAX = 4094,	/* IEEE 802.1Q */
};

static const struct option nic_table[] = {
	{0, "bridge", "BRIDGE", "to join", OPTION_TEXT, NIC(bridge)},
	{0, "mac", "MAC", "its address", OPTION_TEXT, NIC(mac)},
	{0, "ip", "dhcp|none|A/P", "IPv4 address", OPTION_REPEAT, NIC(ip)},
	{0, "gateway", "A", "of IPv4", OPTION_TEXT, NIC(gateway)},
	{0, "ip6", "auto|dhcp|none|A/P", "IPv6 address", OPTION_REPEAT,
	    NIC(ip6)},
	{0, "gateway6", "A", "of IPv6", OPTION_TEXT, NIC(gateway6)},
	{0, "dns", "A", "a server of names", OPTION_REPEAT, NIC(dns)},
	{0, "search", "DOMAIN", "of names", OPTION_REPEAT, NIC(search)},
	{0, "mtu", "BYTES", "of a packet", OPTION_NUMBER, NIC(mtu)},
	{0, "route", "A/P[@A]", "another network", OPTION_REPEAT, NIC(route)},
	{0, "vlan", "TAG", "of the network", OPTION_NUMBER, NIC(vlan)},
	{0, "p2p", "A", "the only other host", OPTION_TEXT, NIC(p2p)},
	{0, "onlink", NULL, "gateways are on the link", OPTION_FLAG,
	    NIC(onlink)},
	{0, "model", "MODEL", "that is emulated", OPTION_TEXT, NIC(model)},
	{0, "rate", "RATE", "limit", OPTION_TEXT, NIC(rate)},
	{0, "vifname", "NAME", "on the host", OPTION_TEXT, NIC(vifname)},
	{0, "script", "SCRIPT", "on the host", OPTION_TEXT, NIC(script)},
	{0, "backend", "DOMAIN", "that has the bridge", OPTION_TEXT,
	    NIC(backend)},
	OPTIONS_END
};

static const struct parameters parameters = {nic_table, NULL,
    "bridge=xenbr0,ip=192.0.2.10/24,gateway=192.0.2.1"};

int
guest_nic_parse(const char *text, struct guest_nic *nic, struct error *err)
{
	return parameters_parse(&parameters, view_of(text), nic, err);
}

void
guest_nic_text(const struct guest_nic *nic, struct buffer *text)
{
	auto_buffer struct buffer all = {0};

	parameters_text(&parameters, nic, &all);
	/* the first has a comma before it, too */
	if (all.length)
		buffer_text(text, all.data + 1);
}

/* --- each value by itself: its usual form, or NULL ----------------------- */

char *
guest_nic_interface(const char *name, struct error *err)
{
	bool good = *name && strlen(name) <= INTERFACE_MAX_LENGTH;

	for (const char *c = name; *c && good; c++)
		good = isgraph((unsigned char)*c) && !strchr("/,:\"\\", *c);
	if (good && strcmp(name, ".") && strcmp(name, ".."))
		return memory_string(name);
	error_usage(err, "'%s' is no name of a network interface", name);
	return NULL;
}

/* What stands in the domain file as it is. */
static char *
word_normal(const char *text, struct error *err)
{
	for (const char *c = text; *c; c++)
		if (!isalnum((unsigned char)*c) && !strchr("-_./+", *c)) {
			error_usage(err, "'%s' holds what xl cannot take: use "
			    "letters, digits and -_./+", text);
			return NULL;
		}
	return memory_string(text);
}

/* xl-network-configuration(5) */
static char *
rate_normal(const char *text, struct error *err)
{
	static const char form[] = "^[0-9]+[GMK]?[Bb]/s(@[0-9]+[mu]?s)?$";
	regex_t pattern;
	bool good = false;

	if (regcomp(&pattern, form, REG_EXTENDED | REG_NOSUB) == 0) {
		good = regexec(&pattern, text, 0, NULL, 0) == 0;
		regfree(&pattern);
	}
	if (good)
		return memory_string(text);
	error_usage(err, "'%s' is no rate; write 10Mb/s, 5MB/s or 1Gb/s@20ms",
	    text);
	return NULL;
}

static char *
search_normal(const char *text, struct error *err)
{
	struct view rest = view_of(text), label;

	while (view_cut(&rest, '.', &label)) {
		bool good = label.length && label.length <= 63;

		for (size_t i = 0; good && i < label.length; i++)
			good = isalnum((unsigned char)label.data[i]) ||
			    strchr("-_", label.data[i]);
		if (good)
			continue;
		error_usage(err, "'%s' is no domain", text);
		return NULL;
	}
	return memory_string(text);
}

static char *
route_normal(const char *text, struct error *err)
{
	struct guest_route route;

	return guest_route_parse(view_of(text), &route, err) < 0 ? NULL
	    : guest_route_text(&route);
}

/* Of a host, not of this card. */
static char *
host_normal(const char *text, int family, struct error *err)
{
	struct address address;

	if (address_parse(view_of(text), family, &address, err) < 0 ||
	    address_check_host(&address, &address, err) < 0)
		return NULL;
	return address_text(&address);
}

static char *
host4_normal(const char *text, struct error *err)
{
	return host_normal(text, AF_INET, err);
}

static char *
host6_normal(const char *text, struct error *err)
{
	return host_normal(text, AF_INET6, err);
}

/* One on this machine may well know names. */
static char *
dns_normal(const char *text, struct error *err)
{
	struct address address;

	return address_parse(view_of(text), AF_UNSPEC, &address, err) < 0
	    ? NULL : address_text(&address);
}

static char *
own_normal(const char *text, int family, struct error *err)
{
	struct address address;

	if (address_parse_prefix(view_of(text), family, &address, err) < 0 ||
	    address_check_host(&address, &address, err) < 0)
		return NULL;
	return address_text_prefix(&address);
}

static char *
ip_normal(const char *text, struct error *err)
{
	return !strcmp(text, "dhcp") || !strcmp(text, "none")
	    ? memory_string(text) : own_normal(text, AF_INET, err);
}

static char *
ip6_normal(const char *text, struct error *err)
{
	return !strcmp(text, "auto") || !strcmp(text, "dhcp") ||
	    !strcmp(text, "none") ? memory_string(text)
	    : own_normal(text, AF_INET6, err);
}

static const struct {
	size_t offset;	/* of an option in the table */
	char *(*normal)(const char *text, struct error *err);
} forms[] = {
	{NIC(bridge), guest_nic_interface}, {NIC(mac), mac_normal},
	{NIC(ip), ip_normal}, {NIC(gateway), host4_normal},
	{NIC(ip6), ip6_normal}, {NIC(gateway6), host6_normal},
	{NIC(dns), dns_normal}, {NIC(search), search_normal},
	{NIC(route), route_normal}, {NIC(p2p), host4_normal},
	{NIC(model), word_normal}, {NIC(rate), rate_normal},
	{NIC(vifname), guest_nic_interface}, {NIC(script), word_normal},
	{NIC(backend), word_normal},
};

static int
value_complete(char **place,
    char *(*normal)(const char *text, struct error *err), struct error *err)
{
	char *value;

	if (!*place)
		return 0;
	value = normal(*place, err);
	if (!value)
		return -1;
	free(*place);
	*place = value;
	return 0;
}

static int
values_check_once(const struct strings *values, struct error *err)
{
	vector_each(a, values)
		for (char **b = values->items; b < a; b++)
			if (strcmp(*a, *b) == 0)
				return error_usage(err, "'%s' is given twice",
				    *a);
	return 0;
}

static int
values_complete(struct strings *values,
    char *(*normal)(const char *text, struct error *err), struct error *err)
{
	vector_each(value, values)
		if (value_complete(value, normal, err) < 0)
			return -1;
	return values_check_once(values, err);
}

static const struct option *
option_at(size_t offset)
{
	const struct option *option = nic_table;

	while (option->name && option->offset != offset)
		option++;
	return option;
}

static int
nic_complete_values(struct guest_nic *nic, struct error *err)
{
	for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++) {
		const struct option *option = option_at(forms[i].offset);
		void *place = (char *)nic + option->offset;
		int result = option->kind == OPTION_TEXT
		    ? value_complete(place, forms[i].normal, err)
		    : values_complete(place, forms[i].normal, err);

		if (result < 0)
			return error_prefix(err, "%s", option->name);
	}
	return 0;
}

/* --- how they go together ------------------------------------------------ */

bool
guest_nic_next_address(const struct strings *words, size_t *at,
    struct address *address)
{
	auto_error struct error ignored = {0};

	while (*at < words->count) {
		const char *word = words->items[(*at)++];

		if (strchr(word, '/') && address_parse_prefix(view_of(word),
		    AF_UNSPEC, address, &ignored) == 0)
			return true;
	}
	return false;
}

bool
guest_nic_has_address(const struct strings *words)
{
	struct address address;
	size_t at = 0;

	return guest_nic_next_address(words, &at, &address);
}

/* Is it the one that p2p= names? */
static bool
is_peer(const struct guest_nic *nic, const struct address *address)
{
	auto_error struct error ignored = {0};
	struct address peer;

	return nic->p2p && address_parse(view_of(nic->p2p), AF_INET, &peer,
	    &ignored) == 0 && address_equal(&peer, address);
}

static const struct strings *
words_of(const struct guest_nic *nic, const struct address *address)
{
	return address->family == AF_INET ? &nic->ip : &nic->ip6;
}

bool
guest_nic_is_on_link(const struct guest_nic *nic,
    const struct address *gateway)
{
	struct address own;
	size_t at = 0;

	while (guest_nic_next_address(words_of(nic, gateway), &at, &own))
		if (address_is_in(gateway, &own))
			return false;
	return !is_peer(nic, gateway) && !(gateway->family == AF_INET6 &&
	    address_is_link_local(gateway));
}

static int
modes_check(const char *name, const struct strings *words, struct error *err)
{
	if (strings_has(words, "none") && words->count > 1)
		return error_usage(err, "%s=none stands alone", name);
	if (strings_has(words, "auto") && strings_has(words, "dhcp"))
		return error_usage(err, "%s is auto or dhcp, not both", name);
	return 0;
}

static int
gateway_check_own(const struct guest_nic *nic, const struct address *gateway,
    struct error *err)
{
	struct address own;
	size_t at = 0;

	while (guest_nic_next_address(words_of(nic, gateway), &at, &own)) {
		if (address_equal(gateway, &own))
			return error_usage(err, "it is the card's own address");
		if (address_check_host(gateway, &own, err) < 0)
			return -1;
	}
	return 0;
}

static int
gateway_check(const struct guest_nic *nic, const char *name, const char *text,
    struct error *err)
{
	struct address gateway;

	if (!text)
		return 0;
	if (address_parse(view_of(text), AF_UNSPEC, &gateway, err) < 0)
		return -1;
	if (!guest_nic_has_address(words_of(nic, &gateway)))
		return error_usage(err, "%s=%s needs an address of its own, "
		    "ip%s=ADDRESS/PREFIX", name, text,
		    gateway.family == AF_INET ? "" : "6");
	if (gateway_check_own(nic, &gateway, err) < 0)
		return error_prefix(err, "%s=%s", name, text);
	if (guest_nic_is_on_link(nic, &gateway) && !nic->onlink)
		return error_usage(err, "%s=%s is in no network of this card; "
		    "add onlink if it can be reached directly all the same",
		    name, text);
	return 0;
}

/* An address that comes from elsewhere may make it reachable. */
static bool
gateway_may_be_known(const struct guest_nic *nic,
    const struct address *gateway)
{
	const struct strings *words = words_of(nic, gateway);

	return nic->onlink || !guest_nic_is_on_link(nic, gateway) ||
	    strings_has(words, "dhcp") || strings_has(words, "auto") ||
	    !words->count;
}

static int
route_check(const struct guest_nic *nic, const char *text, struct error *err)
{
	struct guest_route route;

	if (guest_route_parse(view_of(text), &route, err) < 0)
		return -1;
	if (strings_has(words_of(nic, &route.destination), "none"))
		return error_usage(err, "route=%s needs an address, but ip%s "
		    "is none", text, route.destination.family == AF_INET ? ""
		    : "6");
	if (!route.gateway.family)
		return 0;
	if (gateway_check_own(nic, &route.gateway, err) < 0)
		return error_prefix(err, "route=%s", text);
	if (!gateway_may_be_known(nic, &route.gateway))
		return error_usage(err, "route=%s: its gateway is in no "
		    "network of this card; add onlink if it can be reached "
		    "directly all the same", text);
	return 0;
}

static int
p2p_check(const struct guest_nic *nic, struct error *err)
{
	struct address own = {0}, peer;
	size_t at = 0;

	if (!nic->p2p)
		return 0;
	if (address_parse(view_of(nic->p2p), AF_INET, &peer, err) < 0)
		return -1;
	if (!guest_nic_next_address(&nic->ip, &at, &own) || own.prefix != 32 ||
	    nic->ip.count != 1)
		return error_usage(err, "p2p=%s goes with one ip=ADDRESS/32",
		    nic->p2p);
	return address_equal(&own, &peer) ? error_usage(err, "p2p=%s is the "
	    "card's own address", nic->p2p) : 0;
}

static int
numbers_check(const struct guest_nic *nic, struct error *err)
{
	bool has_ipv6 = nic->ip6.count && !strings_has(&nic->ip6, "none");

	if (nic->mtu && (nic->mtu < MTU_MIN || nic->mtu > MTU_MAX))
		return error_usage(err, "mtu=%llu is not between %d and %d",
		    (unsigned long long)nic->mtu, MTU_MIN, MTU_MAX);
	if (nic->mtu && nic->mtu < MTU_MIN_IPV6 && has_ipv6)
		return error_usage(err, "mtu=%llu is too little for IPv6, "
		    "which needs %d", (unsigned long long)nic->mtu,
		    MTU_MIN_IPV6);
	if (nic->vlan > VLAN_MAX)
		return error_usage(err, "vlan=%llu is not between 1 and %d",
		    (unsigned long long)nic->vlan, VLAN_MAX);
	if (nic->onlink && !nic->gateway && !nic->gateway6 &&
	    !nic->route.count)
		return error_usage(err, "onlink is for a gateway, and there "
		    "is none");
	return 0;
}

/* Who wants no address wants none of the kernel's own accord either. */
static void
nic_default(struct guest_nic *nic)
{
	if (!nic->ip.count)
		strings_add(&nic->ip, "dhcp");
	if (strings_has(&nic->ip, "none") && !nic->ip6.count)
		strings_add(&nic->ip6, "none");
}

int
guest_nic_complete(struct guest_nic *nic, struct error *err)
{
	if (nic_complete_values(nic, err) < 0)
		return -1;
	nic_default(nic);
	if (modes_check("ip", &nic->ip, err) < 0 ||
	    modes_check("ip6", &nic->ip6, err) < 0 ||
	    p2p_check(nic, err) < 0 ||
	    gateway_check(nic, "gateway", nic->gateway, err) < 0 ||
	    gateway_check(nic, "gateway6", nic->gateway6, err) < 0)
		return -1;
	vector_each(route, &nic->route)
		if (route_check(nic, *route, err) < 0)
			return -1;
	return numbers_check(nic, err);
}

void
guest_nic_release(struct guest_nic *nic)
{
	options_release(nic_table, nic);
	*nic = (struct guest_nic){0};
}
