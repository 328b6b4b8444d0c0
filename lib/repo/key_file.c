#include "repo/key_file.h"

#include <ctype.h>
#include <dirent.h>
#include <openssl/evp.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/digest.h"
#include "base/file.h"
#include "base/memory.h"

static const char armour_head[] = "-----BEGIN PGP";
static const char armour_tail[] = "-----END PGP";

/* --- armour (RFC 4880, 6.2) --------------------------------------------- */

/* A line of base64; libcrypto keeps what does not fill a group. */
static int
armour_line(EVP_ENCODE_CTX *decoder, struct view line, struct buffer *keys)
{
	unsigned char *end = buffer_reserve(keys, line.length + 3);
	int length = 0;

	if (EVP_DecodeUpdate(decoder, end, &length,
	    (const unsigned char *)line.data, (int)line.length) < 0)
		return -1;
	keys->length += (size_t)length;
	return 0;
}

/* The bytes of one block whose head was just read. */
static int
armour_block(EVP_ENCODE_CTX *decoder, struct view *rest, struct buffer *keys)
{
	struct view line;
	bool in_body = false;

	EVP_DecodeInit(decoder);
	while (view_cut(rest, '\n', &line)) {
		line = view_trim(line);
		if (view_starts(line, armour_tail))
			return 0;
		if (!in_body)
			in_body = !line.length;
		else if (line.length && line.data[0] != '=' &&
		    armour_line(decoder, line, keys) < 0)
			return -1;
	}
	return -1;
}

static int
armour_decode(struct view text, struct buffer *keys, struct error *err)
{
	EVP_ENCODE_CTX *decoder = EVP_ENCODE_CTX_new();
	struct view line;
	int result = 0;

	while (result == 0 && view_cut(&text, '\n', &line))
		if (view_starts(line, armour_head))
			result = armour_block(decoder, &text, keys);
	EVP_ENCODE_CTX_free(decoder);
	return result < 0 ? error_set(err, "is not a valid armoured key") : 0;
}

/* --- files --------------------------------------------------------------- */

static int
keys_add(struct view text, struct buffer *keys, struct error *err)
{
	if (view_starts(text, armour_head) ||
	    memmem(text.data, text.length, "\n-----BEGIN PGP", 15))
		return armour_decode(text, keys, err);
	/* every OpenPGP packet starts with this bit */
	if (!text.length || !(text.data[0] & 0x80))
		return error_set(err, "is not a keyring");
	buffer_view(keys, text);
	return 0;
}

static int
is_key_file(const struct dirent *entry)
{
	static const char *const endings[] = {".gpg", ".pgp", ".asc"};

	for (size_t i = 0; i < sizeof(endings) / sizeof(*endings); i++)
		if (entry->d_name[0] != '.' &&
		    view_ends(view_of(entry->d_name), endings[i]))
			return 1;
	return 0;
}

static void
directory_files(const char *directory, struct strings *files)
{
	auto_closedir DIR *dir = opendir(directory);
	auto_strings struct strings found = {0};
	struct dirent *entry;

	while (dir && (entry = readdir(dir)))
		if (is_key_file(entry))
			strings_printf(&found, "%s/%s", directory,
			    entry->d_name);
	strings_sort(&found);
	vector_each(path, &found) {
		struct stat status;

		/* gpg leaves empty keyrings behind */
		if (stat(*path, &status) == 0 && status.st_size > 0)
			strings_add(files, *path);
	}
}

static bool
is_directory(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

static int
file_keys(const char *path, struct buffer *keys, struct error *err)
{
	auto_buffer struct buffer text = {0};

	if (file_read_at(AT_FDCWD, path, &text, err) < 0)
		return error_prefix(err, "keyring");
	if (keys_add((struct view){text.data, text.length}, keys, err) < 0)
		return error_prefix(err, "keyring '%s'", path);
	return 0;
}

static int
directory_keys(const char *directory, struct buffer *keys, struct error *err)
{
	auto_strings struct strings files = {0};

	directory_files(directory, &files);
	if (!files.count)
		return error_set(err, "keyring directory '%s' has no .gpg, "
		    ".pgp or .asc file with keys", directory);
	vector_each(path, &files)
		if (file_keys(*path, keys, err) < 0)
			return -1;
	return 0;
}

static int
item_keys(const char *item, struct buffer *keys, struct error *err)
{
	if (view_starts(view_of(item), armour_head))
		return keys_add(view_of(item), keys, err);
	if (is_directory(item))
		return directory_keys(item, keys, err);
	return file_keys(item, keys, err);
}

int
key_files_read(const struct strings *files, struct buffer *keys,
    struct error *err)
{
	vector_each(item, files)
		if (item_keys(*item, keys, err) < 0)
			return -1;
	return 0;
}

void
key_files_split(const char *signed_by, struct strings *files)
{
	if (view_starts(view_of(signed_by), armour_head) ||
	    file_exists(AT_FDCWD, signed_by))
		strings_add(files, signed_by);
	else
		strings_split(files, signed_by, " ,\t\n");
}

bool
key_is_fingerprint(const char *signed_by)
{
	return signed_by && isxdigit((unsigned char)signed_by[0]);
}

/* --- packets (RFC 4880, 4.2 and 12.2) ------------------------------------ */

enum { TAG_KEY = 6, TAG_SUBKEY = 14 };

/* The bytes of a number, most significant first. */
static bool
take_number(struct view *rest, size_t bytes, size_t *number)
{
	if (rest->length < bytes)
		return false;
	for (*number = 0; bytes--; rest->data++, rest->length--)
		*number = *number << 8 | (unsigned char)*rest->data;
	return true;
}

/* Key packets are never sent in parts of unknown length. */
static bool
take_new_length(struct view *rest, size_t *length)
{
	size_t second;

	if (!take_number(rest, 1, length))
		return false;
	if (*length < 192)
		return true;
	if (*length == 255)
		return take_number(rest, 4, length);
	if (*length >= 224 || !take_number(rest, 1, &second))
		return false;
	*length = ((*length - 192) << 8) + second + 192;
	return true;
}

static bool
take_packet(struct view *rest, unsigned *tag, struct view *body)
{
	size_t head, length;

	if (!take_number(rest, 1, &head) || !(head & 0x80))
		return false;
	if (head & 0x40) {
		*tag = head & 0x3f;
		if (!take_new_length(rest, &length))
			return false;
	} else {
		*tag = head >> 2 & 0xf;
		if ((head & 3) == 3 ||
		    !take_number(rest, (size_t)1 << (head & 3), &length))
			return false;
	}
	if (length > rest->length)
		return false;
	*body = (struct view){rest->data, length};
	rest->data += length, rest->length -= length;
	return true;
}

/* Version 4 hashes with a two-byte length; older keys are too weak to list,
 * and gpg does not read newer ones. */
static void
fingerprint_add(struct view body, struct strings *fingerprints)
{
	unsigned char head[] = {
		0x99, (unsigned char)(body.length >> 8),
		(unsigned char)body.length,
	};
	char hex[DIGEST_HEX_MAX + 1];
	struct digest *digest;

	if (!body.length || body.data[0] != 4)
		return;
	digest = digest_new(DIGEST_SHA1);
	digest_add(digest, head, sizeof(head));
	digest_add(digest, body.data, body.length);
	digest_finish(digest, hex);
	digest_free(digest);
	for (char *c = hex; *c; c++)
		*c = (char)toupper((unsigned char)*c);
	strings_add(fingerprints, hex);
}

void
key_fingerprints(struct view keys, struct strings *fingerprints)
{
	struct view body;
	unsigned tag;

	while (take_packet(&keys, &tag, &body))
		if (tag == TAG_KEY || tag == TAG_SUBKEY)
			fingerprint_add(body, fingerprints);
}

/* --- whose --------------------------------------------------------------- */

/* Old name first: a keyring has one of them, or both with the same keys, but
 * the sources of a guest may name it, and older guests have no .pgp. */
static void
installed_keyring(const char *name, struct strings *files)
{
	static const char *const endings[] = {"gpg", "pgp"};

	for (size_t i = 0; i < sizeof(endings) / sizeof(*endings); i++) {
		auto_free char *path = memory_printf("/usr/share/keyrings/%s.%s",
		    name, endings[i]);

		if (file_exists(AT_FDCWD, path)) {
			strings_add(files, path);
			return;
		}
	}
}

void
key_files_of_suite(const struct suite *suite, struct strings *files)
{
	const char *const names[] = {suite->keyring, suite->removed_keyring};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (names[i])
			installed_keyring(names[i], files);
}

void
key_files_of_host(const struct strings *instead, struct strings *files)
{
	static const char file[] = "/etc/apt/trusted.gpg";
	bool has_file = false, has_directory = false;
	struct stat status;

	vector_each(keyring, instead)
		key_files_split(*keyring, files);
	vector_each(path, files) {
		bool is_one = is_directory(*path);

		has_directory |= is_one;
		has_file |= !is_one;
	}
	if (!has_file && stat(file, &status) == 0 && status.st_size > 0)
		strings_add(files, file);
	if (!has_directory)
		directory_files("/etc/apt/trusted.gpg.d", files);
}
