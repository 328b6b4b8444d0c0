/*
 * host_keys: the keys by which an ssh server is known, made by ssh-keygen(1) in
 * a private directory: of the types that the release's sshd reads, in a form
 * that it reads, fresh for each guest.
 */
#ifndef GUEST_HOST_KEYS_H
#define GUEST_HOST_KEYS_H

#include <stdbool.h>

#include "base/error.h"
#include "base/events.h"
#include "base/vector.h"
#include "suite/suite.h"

struct host_key {
	char *type;	/* rsa, ecdsa, ed25519 */
	char *private_text;	/* secret */
	char *public_text;
	char *fingerprint;	/* "256 SHA256:… root@debian1 (ED25519)" */
};

struct host_keys {
	struct host_key *items;
	size_t count;
	size_t capacity;
};

/* Can they be made here? */
bool host_keys_can_make(void);
/* `name` is the guest's, for their comments. */
int host_keys_make(struct host_keys *keys, const struct suite *suite,
    const char *name, struct events *events, struct error *err);
/* "SHA256:…" of a public key's text; NULL: it is none. Freed by the caller. */
char *host_key_fingerprint(const char *public_text);
void host_keys_release(struct host_keys *keys);

#endif
