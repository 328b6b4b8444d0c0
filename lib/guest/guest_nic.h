/*
 * guest_nic: a network card of a guest, one vif. --nic and the manifest
 * describe it by its parameters, with commas between them:
 *
 *	bridge=xenbr0,mac=00:16:3e:…,ip=192.0.2.10/24,gateway=192.0.2.1,
 *	ip6=auto,dns=192.0.2.1,dns=2001:db8::1,search=example.org
 */
#ifndef GUEST_GUEST_NIC_H
#define GUEST_GUEST_NIC_H

#include <stdbool.h>
#include <stdint.h>

#include "base/address.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/vector.h"

struct guest_nic {
	char *bridge;	/* NULL: xl.conf decides */
	char *mac;	/* lower case */
	struct strings ip;	/* "dhcp", "none", IPv4 addresses A/P; when it
				   is complete never empty */
	char *gateway;
	struct strings ip6;	/* "auto", "dhcp", "none", IPv6 addresses A/P;
				   empty: left to the kernel */
	char *gateway6;
	struct strings dns, search;
	uint64_t mtu;	/* bytes; 0: the usual one */
	struct strings route;	/* as guest_route.h has them */
	uint64_t vlan;	/* whose the addresses are; 0: none */
	char *p2p;	/* IPv4 address of the only other host */
	bool onlink;	/* gateways are reached directly, wherever they are */
	char *model, *rate, *vifname, *script, *backend;	/* of the vif */
};

/* Into an empty card, to be released in any case. Wrong use if it is wrong. */
int guest_nic_parse(const char *text, struct guest_nic *nic,
    struct error *err);
/* The same grammar again. */
void guest_nic_text(const struct guest_nic *nic, struct buffer *text);
/* Checks each parameter and that all go together; brings them into their usual
 * form. Wrong use if they do not. */
int guest_nic_complete(struct guest_nic *nic, struct error *err);
/* A copy, freed by the caller; NULL and wrong use if it cannot be the name of a
 * network interface. */
char *guest_nic_interface(const char *name, struct error *err);
void guest_nic_release(struct guest_nic *nic);

/* Of a complete card, the next static address of ip or ip6; `at` begins with
 * 0. False after the last. */
bool guest_nic_next_address(const struct strings *words, size_t *at,
    struct address *address);
bool guest_nic_has_address(const struct strings *words);
/* Is the gateway in no network of the card, so that it must be said to be on
 * the link? */
bool guest_nic_is_on_link(const struct guest_nic *nic,
    const struct address *gateway);

#endif
