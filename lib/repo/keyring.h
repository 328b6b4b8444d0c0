/*
 * keyring: which bytes are signed. gpg runs (through gpgme) in a temporary
 * home directory that holds only the given public keys: no key of the user's,
 * no agent, no trust database.
 *
 *	struct keyring *keyring = keyring_open(&files, &policy, err);
 *	keyring_verify(keyring, text, signature, &payload, err);
 *	keyring_close(keyring);
 */
#ifndef REPO_KEYRING_H
#define REPO_KEYRING_H

#include "base/buffer.h"
#include "base/error.h"
#include "base/vector.h"

struct keyring;

struct keyring_policy {
	bool allow_expired_keys;
	bool allow_weak;	/* MD5, SHA-1 and RIPEMD-160 as digests */
	const struct strings *fingerprints;	/* only these keys; of a key
						   without "!" also its subkeys;
						   NULL: all of the keyring */
};

/* files: see key_file.h; they are the name of the keyring in messages. What
 * the policy points to must live as long. */
struct keyring *keyring_open(const struct strings *files,
    const struct keyring_policy *policy, struct error *err);

/*
 * Verifies a clearsigned text (InRelease), or, if `signature` is not absent,
 * a text and its detached signature (Release, Release.gpg). Appends to payload
 * what is signed, and nothing else. One good signature is enough: by a key of
 * the keyring that has not expired, with a digest better than SHA-1, unless
 * the policy says otherwise.
 */
int keyring_verify(struct keyring *keyring, struct view text,
    struct view signature, struct buffer *payload, struct error *err);

void keyring_close(struct keyring *keyring);

/* The text without its signature, for those who check none. */
void clearsigned_strip(struct view text, struct buffer *payload);

#endif
