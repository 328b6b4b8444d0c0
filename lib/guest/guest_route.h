/*
 * guest_route: a network that a guest reaches by one of its cards, through a
 * gateway or, without one, directly:
 *
 *	10.0.0.0/8@192.0.2.1	2001:db8:1::/48@fe80::1	198.51.100.0/24
 */
#ifndef GUEST_GUEST_ROUTE_H
#define GUEST_GUEST_ROUTE_H

#include "base/address.h"

struct guest_route {
	struct address destination;
	struct address gateway;	/* family 0: none */
};

/* Wrong use if it is none. */
int guest_route_parse(struct view text, struct guest_route *route,
    struct error *err);
/* The same grammar again; freed by the caller. */
char *guest_route_text(const struct guest_route *route);

#endif
