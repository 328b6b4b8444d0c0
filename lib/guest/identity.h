/*
 * identity: the numbers that make a guest itself: the addresses of its network
 * cards and its UUIDs. They are random, except with a seed or, without one,
 * under SOURCE_DATE_EPOCH, where they derive from that and from the guest's
 * name.
 */
#ifndef GUEST_IDENTITY_H
#define GUEST_IDENTITY_H

#include "base/error.h"

struct identity {
	const char *name;	/* of the guest */
	const char *seed;	/* NULL: none */
};

/* Lower-case, freed by the caller; NULL and wrong use if it is no unicast
 * address of six groups. */
char *mac_normal(const char *text, struct error *err);
/* The same for a UUID. */
char *uuid_normal(const char *text, struct error *err);

/* The same for a machine-id(5): a UUID without its hyphens. */
char *machine_id_normal(const char *text, struct error *err);

/* One for each `purpose`, freed by the caller. The MAC address is in Xen's own
 * range, its lower half as xen-tools has it. */
char *identity_mac(const struct identity *identity, const char *purpose);
char *identity_uuid(const struct identity *identity, const char *purpose);

#endif
