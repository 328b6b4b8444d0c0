/*
 * address: an IP address with the length of its network's prefix, as people
 * write it: 192.0.2.10/24, 2001:db8::10/64 (RFC 4291, RFC 5952).
 */
#ifndef BASE_ADDRESS_H
#define BASE_ADDRESS_H

#include <stdbool.h>
#include <sys/socket.h>

#include "base/buffer.h"
#include "base/error.h"
#include "base/text.h"

struct address {
	int family;	/* AF_INET or AF_INET6 */
	unsigned char bytes[16];	/* the first 4, or all */
	unsigned prefix;	/* bits; 32 or 128: the address alone */
};

/* ADDRESS alone, of that family or, with AF_UNSPEC, of either. Wrong use if it
 * is none. */
int address_parse(struct view text, int family, struct address *address,
    struct error *err);
/* ADDRESS/PREFIX, of at least one bit. */
int address_parse_prefix(struct view text, int family,
    struct address *address, struct error *err);

unsigned address_bits(const struct address *address);	/* 32 or 128 */
/* The same address, whatever the prefixes are? */
bool address_equal(const struct address *a, const struct address *b);
/* Is it in the network of the other? */
bool address_is_in(const struct address *address,
    const struct address *network);
/* fe80::/10, or 169.254.0.0/16 */
bool address_is_link_local(const struct address *address);
/* Has it no bit but those of its prefix? */
bool address_is_network(const struct address *address);
/*
 * May `host` be a host's own in the network of `network` (which may be the
 * same)? Not the address of that network or of its broadcast, nobody's, a
 * group's or the loopback's: wrong use, and a sentence.
 */
int address_check_host(const struct address *host,
    const struct address *network, struct error *err);

/* Freed by the caller, in the form of RFC 5952. */
char *address_text(const struct address *address);	/* alone */
char *address_text_prefix(const struct address *address);
char *address_netmask(const struct address *address);	/* IPv4: 255.255.… */

#endif
