/*
 * digest: message digests of bytes as they pass by.
 */
#ifndef BASE_DIGEST_H
#define BASE_DIGEST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/text.h"

enum digest_kind { DIGEST_MD5, DIGEST_SHA1, DIGEST_SHA256, DIGEST_SHA512 };

enum { DIGEST_HEX_MAX = 128 };	/* characters of the longest, in hex */

struct digest;	/* a computation under way */

struct digest *digest_new(enum digest_kind kind);
void digest_add(struct digest *digest, const void *data, size_t length);
/* Ends the computation; hex becomes lower-case text with its NUL. */
void digest_finish(struct digest *digest, char hex[DIGEST_HEX_MAX + 1]);
void digest_free(struct digest *digest);	/* after finish or instead */

/* The digest of a whole file, from its first byte on. */
int digest_of_file(enum digest_kind kind, int fd,
    char hex[DIGEST_HEX_MAX + 1], struct error *err);

/* The same of a sparse file: of each 4 KiB in it that are not all zeros, where
 * they are (8 bytes, in the host's order) and what they are, so that it does not
 * matter where a copy has holes. */
int digest_of_sparse(enum digest_kind kind, int fd,
    char hex[DIGEST_HEX_MAX + 1], struct error *err);

/* Is it lower-case hex of the right length? Then it is safe as a file name. */
bool digest_is_hex(enum digest_kind kind, struct view hex);

#endif
