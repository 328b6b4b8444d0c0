/*
 * access: the ways into a guest that its description names: root's password
 * and the public keys that may log in as root.
 */
#ifndef GUEST_ACCESS_H
#define GUEST_ACCESS_H

#include "base/error.h"
#include "base/events.h"
#include "guest/guest.h"

/* Reads root_password_file into password_hash, ssh_key into authorized_keys. */
int guest_read_access(struct guest *guest, const struct suite *suite,
    struct events *events, struct error *err);

#endif
