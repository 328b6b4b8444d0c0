/*
 * key_file: OpenPGP public keys as files hold them: binary or armoured, one
 * file or a directory of .gpg, .pgp and .asc; and which of them may sign what.
 */
#ifndef REPO_KEY_FILE_H
#define REPO_KEY_FILE_H

#include "base/buffer.h"
#include "base/error.h"
#include "base/vector.h"
#include "suite/suite.h"

/* Appends the keys in binary form. Each item is a file, a directory, or an
 * armoured key itself. */
int key_files_read(const struct strings *files, struct buffer *keys,
    struct error *err);

/* The parts of apt's Signed-By or of --keyring: files or fingerprints separated
 * by blanks or commas, one file whose name has these, or an armoured key. */
void key_files_split(const char *signed_by, struct strings *files);

/* Is it a fingerprint of a key (which may end in "!") and no file? */
bool key_is_fingerprint(const char *signed_by);

/* Adds the fingerprint of every key and subkey, in upper-case hex. */
void key_fingerprints(struct view keys, struct strings *fingerprints);

/* Adds the suite's own keyrings that are there, as Debian installs them. */
void key_files_of_suite(const struct suite *suite, struct strings *files);

/* What this host's apt trusts, whatever the archive. A file or directory of
 * `instead` (as --keyring has them) takes the place of apt's own. */
void key_files_of_host(const struct strings *instead, struct strings *files);

#endif
