/*
 * access: the ways into a guest that its description names: root's password,
 * and keys and passwords of root and its users. --root-password is one of
 *
 *	file:FILE	the first line of a file
 *	hash-file:FILE	the same of a hash, as crypt(5) has it
 *	prompt		asked for on the terminal
 *	random		made up; shown once or written to a file, not logged
 *	locked		none
 */
#ifndef GUEST_ACCESS_H
#define GUEST_ACCESS_H

#include "base/error.h"
#include "base/events.h"
#include "guest/guest.h"

/* Is this one of those? Wrong use if not. */
int root_password_check(const char *selector, struct error *err);

/*
 * Of a new guest: random, unless somebody can become root without: by a key of
 * root's, or with sudo.
 */
void guest_default_root_password(struct guest *guest);

/* The password itself, for a system that wants no hash of it; a secret of the
 * caller's. There is none of hash-file and locked: wrong use. */
int root_password_plain(struct guest *guest, const char *user,
    struct events *events, char **password, struct error *err);

/*
 * Reads, asks for and makes what the guest's hashes and keys come from. Those
 * of passwords that were not asked for stay NULL.
 */
int guest_read_access(struct guest *guest, const struct suite *suite,
    struct events *events, struct error *err);

/*
 * Makes the ssh host keys, if this is the time for it. Without --ssh-host-keys
 * it is, for a release whose init could not do it later, and for a new guest
 * that need not be reproducible; if ssh-keygen(1) is there.
 */
int guest_make_host_keys(struct guest *guest, const struct suite *suite,
    struct events *events, struct error *err);

#endif
