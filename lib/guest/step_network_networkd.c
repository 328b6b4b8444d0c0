/*
 * systemd-networkd: systemd.network(5), a file a card, which its address
 * finds; another one and a systemd.netdev(5) for a VLAN on it.
 */
#include "guest/step.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/memory.h"
#include "guest/guest_route.h"

static const char directory[] = "etc/systemd/network";
static const char own_mark[] = "-mkguest-";	/* in each file's name */
static const char head[] = "# made by mkguest; see systemd.network(5)\n";

/* What "systemctl enable systemd-networkd" does. */
static const struct {
	const char *link, *unit;
} links[] = {
	{"multi-user.target.wants/systemd-networkd.service",
	    "systemd-networkd.service"},
	{"sockets.target.wants/systemd-networkd.socket",
	    "systemd-networkd.socket"},
	{"network-online.target.wants/systemd-networkd-wait-online.service",
	    "systemd-networkd-wait-online.service"},
	{"dbus-org.freedesktop.network1.service",
	    "systemd-networkd.service"},
};

enum { LINKS = sizeof(links) / sizeof(*links) };

static const char *
dhcp_word(const struct guest_nic *nic)
{
	bool v4 = strings_has(&nic->ip, "dhcp");
	bool v6 = strings_has(&nic->ip6, "dhcp");

	return v4 && v6 ? "yes" : v4 ? "ipv4" : v6 ? "ipv6" : "no";
}

/* NULL: the kernel's own choice. */
static const char *
advertisements_word(const struct guest_nic *nic)
{
	return !nic->ip6.count ? NULL : strings_has(&nic->ip6, "auto") ||
	    strings_has(&nic->ip6, "dhcp") ? "yes" : "no";
}

static void
add_all(struct buffer *text, const char *key, const struct strings *values)
{
	vector_each(value, values)
		buffer_printf(text, "%s=%s\n", key, *value);
}

static void
add_network(struct buffer *text, const struct guest_nic *nic)
{
	const char *advertisements = advertisements_word(nic);

	buffer_printf(text, "\n[Network]\nDHCP=%s\n", dhcp_word(nic));
	if (advertisements)
		buffer_printf(text, "IPv6AcceptRA=%s\n", advertisements);
	if (strings_has(&nic->ip6, "none"))
		buffer_text(text, "LinkLocalAddressing=no\n");
	add_all(text, "DNS", &nic->dns);
	add_all(text, "Domains", &nic->search);
}

static void
add_addresses(struct buffer *text, const struct strings *words,
    const char *peer)
{
	struct address address;
	size_t at = 0;

	while (guest_nic_next_address(words, &at, &address)) {
		auto_free char *own = address_text_prefix(&address);

		buffer_printf(text, "\n[Address]\nAddress=%s\n", own);
		if (peer)
			buffer_printf(text, "Peer=%s/32\n", peer);
	}
}

static void
add_gateway(struct buffer *text, const struct guest_nic *nic,
    const struct address *gateway)
{
	auto_free char *via = address_text(gateway);

	buffer_printf(text, "Gateway=%s\n", via);
	if (nic->onlink && guest_nic_is_on_link(nic, gateway))
		buffer_text(text, "GatewayOnLink=yes\n");
}

static void
add_default(struct buffer *text, const struct guest_nic *nic,
    const char *gateway)
{
	auto_error struct error ignored = {0};
	struct address address;

	if (!gateway || address_parse(view_of(gateway), AF_UNSPEC, &address,
	    &ignored) < 0)
		return;
	buffer_text(text, "\n[Route]\n");
	add_gateway(text, nic, &address);
}

static void
add_route(struct buffer *text, const struct guest_nic *nic, const char *words)
{
	auto_error struct error ignored = {0};
	auto_free char *to = NULL;
	struct guest_route route;

	if (guest_route_parse(view_of(words), &route, &ignored) < 0)
		return;
	to = address_text_prefix(&route.destination);
	buffer_printf(text, "\n[Route]\nDestination=%s\n", to);
	if (route.gateway.family)
		add_gateway(text, nic, &route.gateway);
	else
		buffer_text(text, "Scope=link\n");
}

/* Servers of names that were asked for are the only ones. */
static void
add_clients(struct buffer *text, const struct guest_nic *nic)
{
	bool dhcp6 = strings_has(&nic->ip6, "dhcp");

	if (nic->dns.count)
		buffer_text(text, "\n[DHCPv4]\nUseDNS=no\n\n[IPv6AcceptRA]\n"
		    "UseDNS=no\n");
	if (nic->dns.count || dhcp6)
		buffer_printf(text, "\n[DHCPv6]\n%s%s",
		    dhcp6 ? "WithoutRA=solicit\n" : "",
		    nic->dns.count ? "UseDNS=no\n" : "");
}

static void
add_content(struct buffer *text, const struct guest_nic *nic)
{
	add_network(text, nic);
	add_addresses(text, &nic->ip, nic->p2p);
	add_addresses(text, &nic->ip6, NULL);
	add_default(text, nic, nic->gateway);
	add_default(text, nic, nic->gateway6);
	vector_each(route, &nic->route)
		add_route(text, nic, *route);
	add_clients(text, nic);
}

/* One without addresses, or whose VLAN has them, is nothing to wait for. */
static void
add_link(struct buffer *text, const struct guest_nic *nic, bool is_carrier)
{
	bool is_waited_for = !is_carrier && !(strings_has(&nic->ip, "none") &&
	    strings_has(&nic->ip6, "none"));

	if (is_waited_for && !nic->mtu)
		return;
	buffer_text(text, "\n[Link]\n");
	if (nic->mtu)
		buffer_printf(text, "MTUBytes=%llu\n",
		    (unsigned long long)nic->mtu);
	if (!is_waited_for)
		buffer_text(text, "RequiredForOnline=no\n");
}

static int
write_file(struct tree_edit *edit, const char *name,
    const struct buffer *text, struct error *err)
{
	auto_free char *path = memory_printf("%s/%s", directory, name);

	return edit->write(edit, path, (struct view){text->data, text->length},
	    0644, err);
}

/* Its files come first, as a VLAN has its card's address, too. */
static int
write_vlan(struct tree_edit *edit, const struct guest_nic *nic,
    const char *name, struct error *err)
{
	auto_free char *netdev = memory_printf("10-mkguest-%s.netdev", name);
	auto_free char *network = memory_printf("10-mkguest-%s.network", name);
	auto_buffer struct buffer device = {0}, text = {0};

	buffer_printf(&device, "%s[NetDev]\nName=%s\nKind=vlan\n\n[VLAN]\n"
	    "Id=%llu\n", head, name, (unsigned long long)nic->vlan);
	buffer_printf(&text, "%s[Match]\nName=%s\n", head, name);
	add_link(&text, nic, false);
	add_content(&text, nic);
	return write_file(edit, netdev, &device, err) < 0 ? -1
	    : write_file(edit, network, &text, err);
}

static int
write_nic(struct tree_edit *edit, const struct guest_nic *nic, size_t number,
    struct error *err)
{
	auto_free char *network = memory_printf("20-mkguest-nic%zu.network",
	    number);
	auto_free char *vlan = memory_printf("nic%zu-vlan%llu", number,
	    (unsigned long long)nic->vlan);
	auto_buffer struct buffer text = {0};

	buffer_printf(&text, "%s[Match]\nMACAddress=%s\nType=ether\n", head,
	    nic->mac);
	add_link(&text, nic, nic->vlan);
	if (nic->vlan)
		buffer_printf(&text, "\n[Network]\nLinkLocalAddressing=no\n"
		    "VLAN=%s\n", vlan);
	else
		add_content(&text, nic);
	if (nic->vlan && write_vlan(edit, nic, vlan, err) < 0)
		return -1;
	return write_file(edit, network, &text, err);
}

static int
enable(struct tree_edit *edit, struct error *err)
{
	for (size_t i = 0; i < LINKS; i++) {
		auto_free char *link = memory_printf("etc/systemd/system/%s",
		    links[i].link);
		auto_free char *unit = memory_printf("/lib/systemd/system/%s",
		    links[i].unit);

		if (edit->symlink(edit, link, unit, err) < 0)
			return -1;
	}
	return step_network_wait_online(edit, err);
}

STEP(step_network_networkd)
{
	for (size_t i = 0; i < guest->nics.count; i++)
		if (write_nic(edit, &guest->nics.items[i], i, err) < 0)
			return -1;
	return enable(edit, err);
}

static int
remove_files(struct tree_edit *edit, struct error *err)
{
	auto_strings struct strings names = {0};
	int there = edit->exists(edit, directory, err);

	if (there <= 0 || edit->list(edit, directory, &names, err) < 0)
		return there ? -1 : 0;
	vector_each(name, &names) {
		auto_free char *path = memory_printf("%s/%s", directory,
		    *name);

		if (strstr(*name, own_mark) &&
		    edit->remove(edit, path, err) < 0)
			return -1;
	}
	return 0;
}

STEP(step_network_no_networkd)
{
	for (size_t i = 0; i < LINKS; i++) {
		auto_free char *link = memory_printf("etc/systemd/system/%s",
		    links[i].link);

		if (edit->remove(edit, link, err) < 0)
			return -1;
	}
	return remove_files(edit, err);
}
