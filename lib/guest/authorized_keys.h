/*
 * authorized_keys: who may log in by a public key (sshd(8)).
 */
#ifndef GUEST_AUTHORIZED_KEYS_H
#define GUEST_AUTHORIZED_KEYS_H

#include "base/error.h"
#include "base/vector.h"
#include "guest/accounts.h"
#include "tree/edit.h"

/*
 * The lines of these files that are keys, freed by the caller; NULL if one is
 * none, by ssh-keygen(1)'s word. A private key is refused by its name.
 */
char *authorized_keys_read(const struct strings *files, struct error *err);

/* Adds those lines to the user's that are not there yet. */
int authorized_keys_add(struct tree_edit *edit, const struct account *account,
    const char *keys, struct error *err);

#endif
