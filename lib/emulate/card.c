#include "emulate/card.h"

#include <stdlib.h>
#include <string.h>

#include "base/address.h"
#include "base/cleanup.h"
#include "base/memory.h"

/* The last prefix with three hosts and more. */
enum { PREFIX_MAX = 29 };

static bool
card_address(const struct guest_nic *nic, struct address *address)
{
	size_t at = 0;

	while (guest_nic_next_address(&nic->ip, &at, address))
		if (address->prefix <= PREFIX_MAX)
			return !nic->vlan;
	return false;
}

/* That of the network's hosts with this number. */
static struct address
host_of(const struct address *network, unsigned number)
{
	struct address host = *network;
	unsigned used = network->prefix % 8, first = network->prefix / 8;

	for (unsigned i = first; i < 4; i++)
		host.bytes[i] = i == first
		    ? (unsigned char)(host.bytes[i] & (0xff00 >> used)) : 0;
	host.bytes[3] = (unsigned char)(host.bytes[3] | number);
	return host;
}

/* The first host that is neither of both. */
static struct address
free_host(const struct address *guest, const struct address *other)
{
	unsigned number = 1;
	struct address host = host_of(guest, number);

	while (address_equal(&host, guest) || address_equal(&host, other))
		host = host_of(guest, ++number);
	return host;
}

static struct address
gateway_of(const struct guest_nic *nic, const struct address *guest)
{
	auto_error struct error ignored = {0};
	struct address gateway;

	if (nic->gateway && address_parse(view_of(nic->gateway), AF_INET,
	    &gateway, &ignored) == 0 && address_is_in(&gateway, guest))
		return gateway;
	return free_host(guest, guest);
}

void
card_from_nic(const struct guest_nic *nic, struct card *card)
{
	struct address guest, gateway, names, network;
	auto_free char *network_text = NULL, *gateway_text = NULL;
	auto_free char *names_text = NULL;

	card->mac = nic->mac ? memory_string(nic->mac) : NULL;
	if (!card_address(nic, &guest))
		return;
	gateway = gateway_of(nic, &guest);
	names = free_host(&guest, &gateway);
	network = host_of(&guest, 0);
	network_text = address_text_prefix(&network);
	gateway_text = address_text(&gateway);
	names_text = address_text(&names);
	card->network = memory_printf("net=%s,host=%s,dns=%s", network_text,
	    gateway_text, names_text);
	card->address = address_text(&guest);
}

void
card_release(struct card *card)
{
	free(card->mac);
	free(card->network);
	free(card->address);
	*card = (struct card){0};
}
