/*
 * card: a network card of a guest, in a network of its own where only QEMU
 * answers. For a card with a static IPv4 address that is the address's network,
 * with the card's gateway in it, so that the guest finds what it expects.
 */
#ifndef EMULATE_CARD_H
#define EMULATE_CARD_H

#include "guest/guest_nic.h"

struct card {
	char *mac;	/* NULL: QEMU's own */
	char *network;	/* parameters of -netdev user, qemu(1); NULL:
			   10.0.2.0/24 for the first, and so on, with DHCP */
	char *address;	/* in that network; NULL: what DHCP gives */
};

/* Into an empty card, of a complete nic. A VLAN, and a network too small for
 * the guest, a gateway and a server of names, is not imitated. */
void card_from_nic(const struct guest_nic *nic, struct card *card);
void card_release(struct card *card);

#endif
