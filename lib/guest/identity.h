/*
 * identity: the numbers that make a guest itself: the address of its network
 * card and its UUIDs. They are random, except under SOURCE_DATE_EPOCH, where
 * they derive from it and from the guest's name.
 */
#ifndef GUEST_IDENTITY_H
#define GUEST_IDENTITY_H

#include "base/error.h"

/* Lower-case, freed by the caller; NULL and wrong use if it is no unicast
 * address of six groups. */
char *mac_normal(const char *text, struct error *err);
/* The same for a UUID. */
char *uuid_normal(const char *text, struct error *err);

/* In Xen's own range, its lower half as xen-tools has it. */
char *identity_mac(const char *name);
/* One for each `purpose` of what is called so; freed by the caller. */
char *identity_uuid(const char *name, const char *purpose);

#endif
