#include "guest/netplan.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/memory.h"
#include "guest/guest_route.h"

static void
add_list(struct buffer *text, const char *key, const struct strings *values)
{
	if (!values->count)
		return;
	buffer_printf(text, "        %s:\n", key);
	vector_each(value, values)
		buffer_printf(text, "          - \"%s\"\n", *value);
}

static void
add_names(struct buffer *text, const struct guest_nic *nic)
{
	if (nic->dns.count || nic->search.count)
		buffer_text(text, "      nameservers:\n");
	add_list(text, "addresses", &nic->dns);
	add_list(text, "search", &nic->search);
}

static void
add_addresses(struct buffer *text, const struct guest_nic *nic)
{
	const struct strings *const both[] = {&nic->ip, &nic->ip6};

	if (guest_nic_has_address(&nic->ip) ||
	    guest_nic_has_address(&nic->ip6))
		buffer_text(text, "      addresses:\n");
	for (size_t i = 0; i < sizeof(both) / sizeof(*both); i++) {
		struct address address;
		size_t at = 0;

		while (guest_nic_next_address(both[i], &at, &address)) {
			auto_free char *own = address_text_prefix(&address);

			buffer_printf(text, "        - \"%s\"\n", own);
		}
	}
}

/* Servers of names that were asked for are the only ones. */
static void
add_methods(struct buffer *text, const struct guest_nic *nic)
{
	static const char overrides[] = "      dhcp%d-overrides:\n"
	    "        use-dns: false\n";
	bool v4 = strings_has(&nic->ip, "dhcp");
	bool v6 = strings_has(&nic->ip6, "dhcp");

	if (v4)
		buffer_text(text, "      dhcp4: true\n");
	if (v6)
		buffer_text(text, "      dhcp6: true\n");
	if (v4 && nic->dns.count)
		buffer_printf(text, overrides, 4);
	if (v6 && nic->dns.count)
		buffer_printf(text, overrides, 6);
	if (nic->ip6.count)
		buffer_printf(text, "      accept-ra: %s\n", v6 ||
		    strings_has(&nic->ip6, "auto") ? "true" : "false");
	if (strings_has(&nic->ip6, "none"))
		buffer_text(text, "      link-local: []\n");
}

/* --- routes -------------------------------------------------------------- */

static void
add_route(struct buffer *text, const struct guest_nic *nic, const char *to,
    const struct address *gateway)
{
	auto_free char *via = gateway->family ? address_text(gateway) : NULL;

	buffer_printf(text, "        - to: \"%s\"\n", to);
	if (via)
		buffer_printf(text, "          via: \"%s\"\n", via);
	else
		buffer_text(text, "          scope: link\n");
	if (via && nic->onlink && guest_nic_is_on_link(nic, gateway))
		buffer_text(text, "          on-link: true\n");
}

static void
add_default(struct buffer *text, const struct guest_nic *nic, const char *to,
    const char *gateway)
{
	auto_error struct error ignored = {0};
	struct address address;

	if (gateway && address_parse(view_of(gateway), AF_UNSPEC, &address,
	    &ignored) == 0)
		add_route(text, nic, to, &address);
}

/* netplan knows no peers; a route to it does the same. */
static void
add_peer(struct buffer *text, const struct guest_nic *nic)
{
	auto_free char *to = nic->p2p ? memory_printf("%s/32", nic->p2p)
	    : NULL;

	if (to)
		add_route(text, nic, to, &(struct address){0});
}

static void
add_routes(struct buffer *text, const struct guest_nic *nic)
{
	if (!nic->p2p && !nic->gateway && !nic->gateway6 && !nic->route.count)
		return;
	buffer_text(text, "      routes:\n");
	add_peer(text, nic);
	add_default(text, nic, "0.0.0.0/0", nic->gateway);
	add_default(text, nic, "::/0", nic->gateway6);
	vector_each(words, &nic->route) {
		auto_error struct error ignored = {0};
		auto_free char *to = NULL;
		struct guest_route route;

		if (guest_route_parse(view_of(*words), &route, &ignored) < 0)
			continue;
		to = address_text_prefix(&route.destination);
		add_route(text, nic, to, &route.gateway);
	}
}

/* ------------------------------------------------------------------------- */

static void
add_mtu(struct buffer *text, const struct guest_nic *nic)
{
	if (nic->mtu)
		buffer_printf(text, "      mtu: %llu\n",
		    (unsigned long long)nic->mtu);
}

/* One without addresses is nothing to wait for. */
static void
add_content(struct buffer *text, const struct guest_nic *nic)
{
	if (strings_has(&nic->ip, "none") && strings_has(&nic->ip6, "none"))
		buffer_text(text, "      optional: true\n");
	add_methods(text, nic);
	add_addresses(text, nic);
	add_names(text, nic);
	add_routes(text, nic);
}

static void
add_ethernets(struct buffer *text, const struct guest_nics *nics)
{
	buffer_text(text, "  ethernets:\n");
	for (size_t i = 0; i < nics->count; i++) {
		const struct guest_nic *nic = &nics->items[i];

		buffer_printf(text, "    nic%zu:\n      match:\n"
		    "        macaddress: \"%s\"\n", i, nic->mac);
		add_mtu(text, nic);
		if (nic->vlan)
			buffer_text(text, "      optional: true\n"
			    "      link-local: []\n");
		else
			add_content(text, nic);
	}
}

static void
add_vlans(struct buffer *text, const struct guest_nics *nics)
{
	bool is_first = true;

	for (size_t i = 0; i < nics->count; i++) {
		const struct guest_nic *nic = &nics->items[i];
		unsigned long long tag = nic->vlan;

		if (!tag)
			continue;
		buffer_printf(text, "%s    nic%zu-vlan%llu:\n      id: %llu\n"
		    "      link: nic%zu\n", is_first ? "  vlans:\n" : "", i,
		    tag, tag, i);
		is_first = false;
		add_mtu(text, nic);
		add_content(text, nic);
	}
}

void
netplan_text(const struct guest_nics *nics, const char *renderer,
    struct buffer *text)
{
	buffer_text(text, "network:\n  version: 2\n");
	if (renderer)
		buffer_printf(text, "  renderer: %s\n", renderer);
	add_ethernets(text, nics);
	add_vlans(text, nics);
}
