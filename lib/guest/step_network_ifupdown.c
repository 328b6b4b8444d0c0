/*
 * ifupdown: interfaces(5). It finds the cards by their addresses where it can,
 * because their names differ: eth0 or ens3 in QEMU, enX0 under Xen. Where it
 * cannot, the kernel's own names are kept: eth0, eth1, in the domain's order.
 */
#include "guest/step.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/memory.h"
#include "guest/guest_route.h"

static const char interfaces[] = "etc/network/interfaces";
static const char wait_path[] =
    "etc/systemd/system/ifupdown-pre.service.d/mkguest.conf";
static const char names_path[] = "etc/udev/rules.d/80-net-setup-link.rules";

static const char no_ipv6[] = "\tpre-up echo 1 "
    ">/proc/sys/net/ipv6/conf/$IFACE/disable_ipv6 || :\n";

/* An "iface" of interfaces(5). */
struct iface {
	const char *family, *method;
	struct buffer lines;
};

/* A card, or the VLAN on it. */
struct card {
	const struct guest_nic *nic;
	const char *name;
	bool by_mac;	/* the form of the whole file */
	VECTOR(struct iface) ifaces;
};

static void
card_release(struct card *card)
{
	vector_each(iface, &card->ifaces)
		buffer_release(&iface->lines);
	vector_release(&card->ifaces);
}

#define auto_card __attribute__((cleanup(card_release)))

static const char *
family_name(int family)
{
	return family == AF_INET ? "inet" : "inet6";
}

static struct iface *
iface_add(struct card *card, const char *family, const char *method)
{
	struct iface *iface = vector_push(&card->ifaces);

	iface->family = family;
	iface->method = method;
	return iface;
}

static struct iface *
iface_first_static(struct card *card, const char *family)
{
	vector_each(iface, &card->ifaces)
		if (!strcmp(iface->family, family) &&
		    !strcmp(iface->method, "static"))
			return iface;
	return NULL;
}

/* What is there when all others of its family are. */
static struct iface *
iface_last(struct card *card, const char *family)
{
	struct iface *last = &card->ifaces.items[card->ifaces.count - 1];

	for (struct iface *iface = last; iface >= card->ifaces.items; iface--)
		if (!strcmp(iface->family, family))
			return iface;
	return last;
}

/* --- addresses ----------------------------------------------------------- */

/* What the kernel would take of a router's advertisements besides. */
static void
add_autoconf(const struct card *card, struct iface *iface)
{
	bool is_auto = strings_has(&card->nic->ip6, "auto");

	buffer_printf(&iface->lines, "\tautoconf %d\n\taccept_ra %d\n",
	    is_auto ? 1 : 0, is_auto ? 2 : 0);
}

static void
add_address(struct card *card, const struct address *address)
{
	const char *family = family_name(address->family);
	struct iface *first = iface_first_static(card, family);
	auto_free char *alone = address_text(address);
	auto_free char *whole = address_text_prefix(address);
	auto_free char *mask = address->family == AF_INET
	    ? address_netmask(address) : memory_printf("%u", address->prefix);
	struct iface *iface;

	if (first && !card->by_mac) {
		buffer_printf(&first->lines, "\tup ip address add %s dev "
		    "$IFACE\n\tdown ip address del %s dev $IFACE\n", whole,
		    whole);
		return;
	}
	iface = iface_add(card, family, "static");
	if (card->by_mac)
		buffer_printf(&iface->lines, "\taddress %s\n", whole);
	else
		buffer_printf(&iface->lines, "\taddress %s\n\tnetmask %s\n",
		    alone, mask);
	if (address->family == AF_INET && card->nic->p2p)
		buffer_printf(&iface->lines, "\tpointopoint %s\n",
		    card->nic->p2p);
	if (address->family == AF_INET6 && !first)
		add_autoconf(card, iface);
}

static void
add_addresses(struct card *card, const struct strings *words)
{
	struct address address;
	size_t at = 0;

	while (guest_nic_next_address(words, &at, &address))
		add_address(card, &address);
}

/* Static addresses bring what auto would have. */
static void
add_methods(struct card *card)
{
	const struct guest_nic *nic = card->nic;

	if (strings_has(&nic->ip, "dhcp"))
		iface_add(card, "inet", "dhcp");
	add_addresses(card, &nic->ip);
	if (!card->ifaces.count)
		buffer_text(&iface_add(card, "inet", "manual")->lines,
		    "\tup ip link set dev $IFACE up\n");
	if (strings_has(&nic->ip6, "dhcp"))
		iface_add(card, "inet6", "dhcp");
	if (strings_has(&nic->ip6, "auto") &&
	    !guest_nic_has_address(&nic->ip6))
		iface_add(card, "inet6", "auto");
	add_addresses(card, &nic->ip6);
}

/* --- what goes with them ------------------------------------------------- */

static void
add_gateway(struct card *card, int family, const char *text)
{
	struct iface *iface = iface_first_static(card, family_name(family));
	auto_error struct error ignored = {0};
	struct address gateway;

	if (!text || !iface || address_parse(view_of(text), family, &gateway,
	    &ignored) < 0)
		return;
	if (guest_nic_is_on_link(card->nic, &gateway))
		buffer_printf(&iface->lines, "\tup ip -%d route add default "
		    "via %s dev $IFACE onlink\n", family == AF_INET ? 4 : 6,
		    text);
	else
		buffer_printf(&iface->lines, "\tgateway %s\n", text);
}

static void
add_route(struct card *card, const char *text)
{
	auto_error struct error ignored = {0};
	struct guest_route route;
	auto_free char *to = NULL, *via = NULL;
	struct iface *iface;
	int family;

	if (guest_route_parse(view_of(text), &route, &ignored) < 0)
		return;
	family = route.destination.family;
	iface = iface_last(card, family_name(family));
	to = address_text_prefix(&route.destination);
	buffer_printf(&iface->lines, "\tup ip -%d route add %s",
	    family == AF_INET ? 4 : 6, to);
	if (route.gateway.family) {
		via = address_text(&route.gateway);
		buffer_printf(&iface->lines, " via %s", via);
	}
	buffer_printf(&iface->lines, " dev $IFACE%s\n", card->nic->onlink &&
	    via && guest_nic_is_on_link(card->nic, &route.gateway)
	    ? " onlink" : "");
}

/* resolvconf(8) and systemd-resolved read these. */
static void
add_names(struct iface *iface, const char *option,
    const struct strings *values)
{
	if (!values->count)
		return;
	buffer_printf(&iface->lines, "\t%s", option);
	vector_each(value, values)
		buffer_printf(&iface->lines, " %s", *value);
	buffer_text(&iface->lines, "\n");
}

static void
add_mtu(const struct guest_nic *nic, struct iface *iface)
{
	if (nic->mtu)
		buffer_printf(&iface->lines, "\tpre-up ip link set dev $IFACE "
		    "mtu %llu\n", (unsigned long long)nic->mtu);
}

static void
card_describe(struct card *card)
{
	const struct guest_nic *nic = card->nic;
	struct iface *first;

	add_methods(card);
	first = card->ifaces.items;
	add_mtu(nic, first);
	if (strings_has(&nic->ip6, "none"))
		buffer_text(&first->lines, no_ipv6);
	add_gateway(card, AF_INET, nic->gateway);
	add_gateway(card, AF_INET6, nic->gateway6);
	vector_each(route, &nic->route)
		add_route(card, *route);
	add_names(first, "dns-nameservers", &nic->dns);
	add_names(first, "dns-search", &nic->search);
}

/* --- the file ------------------------------------------------------------ */

static void
card_text(const struct card *card, struct buffer *text)
{
	vector_each(iface, &card->ifaces) {
		buffer_printf(text, "iface %s %s %s\n", card->name,
		    iface->family, iface->method);
		buffer_text(text, iface->lines.data ? iface->lines.data : "");
	}
}

/* Its name has no dot, which would make ifup(8) do the same, but of a card of
 * that very name. */
static void
vlan_text(const struct guest_nic *nic, const char *name, const char *vlan,
    struct buffer *text)
{
	struct iface iface = {"inet", "manual", {0}};

	add_mtu(nic, &iface);
	buffer_printf(text, "iface %s inet manual\n%s%s"
	    "\tup ip link set dev $IFACE up\n"
	    "\tup ip link add link $IFACE name %s type vlan id %llu\n"
	    "\tdown ip link del dev %s\n\nauto %s\n", name,
	    no_ipv6, iface.lines.data ? iface.lines.data : "", vlan,
	    (unsigned long long)nic->vlan, vlan, vlan);
	buffer_release(&iface.lines);
}

static void
nic_text(const struct guest_nic *nic, size_t number, bool by_mac,
    struct buffer *text)
{
	auto_free char *name = memory_printf("%s%zu", by_mac ? "nic" : "eth",
	    number);
	auto_free char *vlan = memory_printf("%s-vlan%llu", name,
	    (unsigned long long)nic->vlan);
	auto_card struct card card = {
		.nic = nic, .name = nic->vlan ? vlan : name, .by_mac = by_mac,
	};

	if (by_mac)
		buffer_printf(text, "\nauto mac/%s=%s\n", nic->mac, name);
	else
		buffer_printf(text, "\nauto %s\n", name);
	if (nic->vlan)
		vlan_text(nic, name, vlan, text);
	card_describe(&card);
	card_text(&card, text);
}

static char *
cards_text(const struct guest_nics *nics, bool by_mac)
{
	struct buffer text = {0};

	for (size_t i = 0; i < nics->count; i++)
		nic_text(&nics->items[i], i, by_mac, &text);
	return buffer_steal(&text);
}

/* An ifupdown without that directory may not know "source" either, and then
 * reads nothing of the file. */
static int
interfaces_write(struct tree_edit *edit, const struct guest_nics *nics,
    bool by_mac, struct error *err)
{
	auto_free char *cards = cards_text(nics, by_mac);
	int has_more = edit->exists(edit, "etc/network/interfaces.d", err);
	const struct template_value values[] = {
		{"HOW", by_mac ? "Cards are found by their addresses, "
		    "whatever their names are." : "Cards have the kernel's "
		    "names, in the order of the domain file."},
		{"SOURCE", has_more ? "source /etc/network/interfaces.d/*\n" : ""},
		{"CARDS", cards},
		TEMPLATE_VALUES_END
	};

	if (has_more < 0)
		return -1;
	return step_write_template(edit, "interfaces", values, interfaces,
	    err);
}

/* A name that was given to an earlier card, or that says where it sits. */
static int
names_keep(struct tree_edit *edit, struct error *err)
{
	static const char *const rules[] = {
		"etc/udev/rules.d/70-persistent-net.rules",
		"etc/udev/rules.d/z25_persistent-net.rules", NULL,
	};

	return step_remove_all(edit, rules, err) < 0 ? -1
	    : edit->symlink(edit, names_path, "/dev/null", err);
}

STEP(step_network_ifupdown)
{
	static const struct template_value values[] = {TEMPLATE_VALUES_END};
	bool by_mac = !strcmp(suite->interfaces_format, "by-mac");

	if (interfaces_write(edit, &guest->nics, by_mac, err) < 0)
		return -1;
	return by_mac ? step_write_template(edit, "ifupdown-pre.conf", values,
	    wait_path, err) : names_keep(edit, err);
}

STEP(step_network_no_ifupdown)
{
	static const char *const own[] = {wait_path, NULL};
	static const struct guest_nics none = {0};
	int there = edit->exists(edit, interfaces, err);

	if (there < 0 || step_remove_all(edit, own, err) < 0)
		return -1;
	return there ? interfaces_write(edit, &none, true, err) : 0;
}
