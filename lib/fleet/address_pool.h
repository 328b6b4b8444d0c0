/*
 * address_pool: IPv4 addresses that guests may be given, the first and the last
 * one: 192.0.2.10-99, or 192.0.2.10-192.0.3.99.
 */
#ifndef FLEET_ADDRESS_POOL_H
#define FLEET_ADDRESS_POOL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/address.h"
#include "base/error.h"

struct address_pool {
	uint32_t first, last;	/* in the host's byte order */
};

/* Wrong use if it is none. */
int address_pool_parse(const char *text, struct address_pool *pool,
    struct error *err);
bool address_pool_has(const struct address_pool *pool,
    const struct address *address);
/* The address of that number, alone. */
struct address address_pool_address(uint32_t number);

#endif
