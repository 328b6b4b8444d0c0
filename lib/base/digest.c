#include "base/digest.h"

#include <errno.h>
#include <openssl/evp.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/memory.h"

enum { SPARSE_BLOCK = 4096 };

struct digest {
	EVP_MD_CTX *context;
};

static const struct {
	const char *name;
	size_t hex_length;
} digest_kinds[] = {
	[DIGEST_MD5] = {"MD5", 32},
	[DIGEST_SHA1] = {"SHA1", 40},
	[DIGEST_SHA256] = {"SHA256", 64},
	[DIGEST_SHA512] = {"SHA512", 128},
};

struct digest *
digest_new(enum digest_kind kind)
{
	struct digest *digest = memory_new(struct digest);
	const EVP_MD *method = EVP_get_digestbyname(digest_kinds[kind].name);

	digest->context = EVP_MD_CTX_new();
	EVP_DigestInit_ex(digest->context, method, NULL);
	return digest;
}

void
digest_add(struct digest *digest, const void *data, size_t length)
{
	EVP_DigestUpdate(digest->context, data, length);
}

void
digest_finish(struct digest *digest, char hex[DIGEST_HEX_MAX + 1])
{
	static const char digits[] = "0123456789abcdef";
	unsigned char bytes[EVP_MAX_MD_SIZE];
	unsigned length = 0;

	EVP_DigestFinal_ex(digest->context, bytes, &length);
	for (unsigned i = 0; i < length; i++) {
		*hex++ = digits[bytes[i] >> 4];
		*hex++ = digits[bytes[i] & 15];
	}
	*hex = '\0';
}

void
digest_free(struct digest *digest)
{
	if (digest)
		EVP_MD_CTX_free(digest->context);
	free(digest);
}

int
digest_of_file(enum digest_kind kind, int fd, char hex[DIGEST_HEX_MAX + 1],
    struct error *err)
{
	enum { BLOCK = 1 << 18 };
	auto_free char *block = memory_zeroed(BLOCK, 1);
	struct digest *digest = digest_new(kind);
	off_t position = 0;
	ssize_t length;

	while ((length = pread(fd, block, BLOCK, position)) > 0 ||
	    (length < 0 && errno == EINTR)) {
		if (length < 0)
			continue;
		digest_add(digest, block, (size_t)length);
		position += length;
	}
	digest_finish(digest, hex);
	digest_free(digest);
	return length < 0 ? error_errno(err, "read") : 0;
}

static void
digest_add_blocks(struct digest *digest, const char *data, size_t length,
    uint64_t position)
{
	static const char zeros[SPARSE_BLOCK];

	for (size_t at = 0; at < length; at += SPARSE_BLOCK) {
		size_t part = length - at < SPARSE_BLOCK ? length - at
		    : SPARSE_BLOCK;
		uint64_t place = position + at;

		if (!memcmp(data + at, zeros, part))
			continue;
		digest_add(digest, &place, sizeof(place));
		digest_add(digest, data + at, part);
	}
}

int
digest_of_sparse(enum digest_kind kind, int fd, char hex[DIGEST_HEX_MAX + 1],
    struct error *err)
{
	enum { CHUNK = 64 * SPARSE_BLOCK };
	auto_free char *chunk = memory_zeroed(CHUNK, 1);
	struct digest *digest = digest_new(kind);
	off_t position = 0;
	ssize_t length = 0;

	while (length >= 0 &&
	    (position = lseek(fd, position, SEEK_DATA)) >= 0) {
		position -= position % SPARSE_BLOCK;
		length = pread(fd, chunk, CHUNK, position);
		if (length <= 0)
			break;
		digest_add_blocks(digest, chunk, (size_t)length,
		    (uint64_t)position);
		position += length;
	}
	digest_finish(digest, hex);
	digest_free(digest);
	return length < 0 || (position < 0 && errno != ENXIO)
	    ? error_errno(err, "read") : 0;
}

bool
digest_is_hex(enum digest_kind kind, struct view hex)
{
	if (hex.length != digest_kinds[kind].hex_length)
		return false;
	for (size_t i = 0; i < hex.length; i++) {
		char c = hex.data[i];

		if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')))
			return false;
	}
	return true;
}
