#include "repo/keyring.h"

#include <gpgme.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/interrupt.h"
#include "base/memory.h"
#include "repo/key_file.h"
#include "repo/key_home.h"

static const char clearsigned_head[] = "-----BEGIN PGP SIGNED MESSAGE-----";
static const char signature_head[] = "-----BEGIN PGP SIGNATURE-----";

struct keyring {
	gpgme_ctx_t context;
	struct private_directory home;
	char *name;	/* for messages */
	struct keyring_policy policy;
};

static int
gpg_error_set(struct error *err, gpgme_error_t code, const char *what)
{
	return error_set(err, "%s: %s", what, gpgme_strerror(code));
}

static int
keyring_make_home(struct keyring *keyring, struct view keys,
    struct error *err)
{
	auto_free char *options = memory_printf("no-autostart\n"
	    "no-auto-check-trustdb\ntrust-model always\n"
	    "no-auto-key-retrieve\n%s", keyring->policy.allow_weak
	    ? "allow-weak-digest-algos\n" : "");

	return key_home_open(&keyring->home, keys, view_of(options), err);
}

static int
keyring_start(struct keyring *keyring, struct error *err)
{
	gpgme_error_t code;

	gpgme_set_global_flag("disable-gpgconf", "1");
	gpgme_check_version(NULL);
	code = gpgme_new(&keyring->context);
	if (!code)
		code = gpgme_ctx_set_engine_info(keyring->context,
		    GPGME_PROTOCOL_OpenPGP, NULL, keyring->home.path);
	if (gpgme_err_code(code) == GPG_ERR_INV_ENGINE)
		return error_set(err, "signatures cannot be checked: gpg is "
		    "not installed");
	return code ? gpg_error_set(err, code, "gpgme") : 0;
}

/* A key in a source file has no name. */
static char *
keyring_name(const struct strings *files)
{
	struct buffer name = {0};

	vector_each(file, files)
		buffer_printf(&name, "%s%s", name.length ? "," : "",
		    **file == '-' ? "Signed-By" : *file);
	return buffer_steal(&name);
}

struct keyring *
keyring_open(const struct strings *files, const struct keyring_policy *policy,
    struct error *err)
{
	struct keyring *keyring = memory_new(struct keyring);
	auto_buffer struct buffer keys = {0};

	keyring->name = keyring_name(files);
	keyring->policy = *policy;
	keyring->home = PRIVATE_DIRECTORY_NONE;
	if (key_files_read(files, &keys, err) == 0 &&
	    keyring_make_home(keyring, (struct view){keys.data, keys.length},
	    err) == 0 && keyring_start(keyring, err) == 0)
		return keyring;
	keyring_close(keyring);
	return NULL;
}

void
keyring_close(struct keyring *keyring)
{
	if (!keyring)
		return;
	if (keyring->context)
		gpgme_release(keyring->context);
	private_directory_close(&keyring->home);
	free(keyring->name);
	free(keyring);
}

static bool
digest_is_weak(gpgme_hash_algo_t algorithm)
{
	static const gpgme_hash_algo_t weak[] = {
		GPGME_MD_NONE, GPGME_MD_MD2, GPGME_MD_MD4, GPGME_MD_MD5,
		GPGME_MD_SHA1, GPGME_MD_RMD160, GPGME_MD_TIGER,
		GPGME_MD_HAVAL,
	};

	for (size_t i = 0; i < sizeof(weak) / sizeof(*weak); i++)
		if (weak[i] == algorithm)
			return true;
	return false;
}

/* Why a signature does not count; %s are key and keyring. Worst news last:
 * of several bad signatures the last in this table is the one to tell. */
static const struct {
	gpgme_err_code_t code;
	const char *format;
} signature_faults[] = {
	{GPG_ERR_GENERAL, "its signature by key %s cannot be checked with "
	    "keyring '%s'"},
	{GPG_ERR_NO_PUBKEY, "it is signed by key %s, which is not in keyring "
	    "'%s'"},
	{GPG_ERR_UNUSABLE_PUBKEY, "it is signed by key %s (keyring '%s'), "
	    "which is not one of those that Signed-By names"},
	{GPG_ERR_SIG_EXPIRED, "its signature by key %s (keyring '%s') has "
	    "expired"},
	{GPG_ERR_KEY_EXPIRED, "it is signed by key %s, which has expired "
	    "(keyring '%s'); --allow-expired-keys takes it all the same"},
	{GPG_ERR_CERT_REVOKED, "it is signed by key %s, which was revoked "
	    "(keyring '%s')"},
	{GPG_ERR_DIGEST_ALGO, "its signature by key %s (keyring '%s') uses a "
	    "digest that is too weak to trust; --allow-weak-hashes takes it "
	    "all the same"},
	{GPG_ERR_BAD_SIGNATURE, "its signature by key %s (keyring '%s') is "
	    "bad: it was changed after it was signed"},
};

enum { FAULTS = sizeof(signature_faults) / sizeof(*signature_faults) };

/* The fingerprint of the primary key, which a subkey's signature counts for. */
static const char *
signature_primary(const struct keyring *keyring, gpgme_signature_t signature)
{
	gpgme_key_t key = NULL;

	if (!signature->key &&
	    !gpgme_get_key(keyring->context, signature->fpr, &key, 0))
		signature->key = key;	/* goes with the result */
	return signature->key && signature->key->fpr ? signature->key->fpr
	    : signature->fpr;
}

/* "FINGERPRINT!" wants that very key, else its subkeys count as well. */
static bool
signature_is_of(const struct keyring *keyring, gpgme_signature_t signature,
    const char *wanted)
{
	size_t length = strcspn(wanted, "!");

	return !strncasecmp(signature->fpr, wanted, length + 1) ||
	    (strlen(signature->fpr) == length &&
	    !strncasecmp(signature->fpr, wanted, length)) ||
	    (!wanted[length] &&
	    !strcasecmp(signature_primary(keyring, signature), wanted));
}

static bool
signature_is_allowed(const struct keyring *keyring,
    gpgme_signature_t signature)
{
	const struct strings *wanted = keyring->policy.fingerprints;

	if (!wanted || !wanted->count)
		return true;
	vector_each(fingerprint, wanted)
		if (signature_is_of(keyring, signature, *fingerprint))
			return true;
	return false;
}

static gpgme_err_code_t
signature_code(const struct keyring *keyring, gpgme_signature_t signature)
{
	gpgme_err_code_t code = gpgme_err_code(signature->status);

	if (code == GPG_ERR_KEY_EXPIRED && keyring->policy.allow_expired_keys)
		code = GPG_ERR_NO_ERROR;
	/* gpg has no code of its own for MD5, which it refuses itself */
	if (code == GPG_ERR_GENERAL && !keyring->policy.allow_weak &&
	    signature->hash_algo && digest_is_weak(signature->hash_algo))
		return GPG_ERR_DIGEST_ALGO;
	if (code != GPG_ERR_NO_ERROR)
		return code;
	if (signature->wrong_key_usage)
		return GPG_ERR_GENERAL;
	if (digest_is_weak(signature->hash_algo) &&
	    !keyring->policy.allow_weak)
		return GPG_ERR_DIGEST_ALGO;
	return signature_is_allowed(keyring, signature)
	    ? GPG_ERR_NO_ERROR : GPG_ERR_UNUSABLE_PUBKEY;
}

static size_t
signature_fault(const struct keyring *keyring, gpgme_signature_t signature)
{
	gpgme_err_code_t code = signature_code(keyring, signature);

	for (size_t i = 0; i < FAULTS; i++)
		if (signature_faults[i].code == code)
			return i;
	return 0;
}

static int
signatures_judge(const struct keyring *keyring, struct error *err)
{
	gpgme_verify_result_t result =
	    gpgme_op_verify_result(keyring->context);
	gpgme_signature_t first = result ? result->signatures : NULL;
	gpgme_signature_t worst = first;

	if (!first)
		return error_set(err, "it is not signed");
	for (gpgme_signature_t s = first; s; s = s->next) {
		if (signature_code(keyring, s) == GPG_ERR_NO_ERROR)
			return 0;
		if (signature_fault(keyring, s) >
		    signature_fault(keyring, worst))
			worst = s;
	}
	return error_set(err,
	    signature_faults[signature_fault(keyring, worst)].format,
	    worst->fpr ? worst->fpr : "?", keyring->name);
}

static gpgme_data_t
data_of(struct view text)
{
	gpgme_data_t data = NULL;

	gpgme_data_new_from_mem(&data, text.data, text.length, 0);
	return data;
}

static void
data_add_to(gpgme_data_t data, struct buffer *payload)
{
	size_t length = 0;
	char *bytes = gpgme_data_release_and_get_mem(data, &length);

	buffer_add(payload, bytes, length);
	gpgme_free(bytes);
}

static int
verify_detached(struct keyring *keyring, struct view text,
    struct view signature, struct buffer *payload, struct error *err)
{
	gpgme_data_t signature_data = data_of(signature);
	gpgme_data_t text_data = data_of(text);
	gpgme_error_t code = gpgme_op_verify(keyring->context, signature_data,
	    text_data, NULL);

	gpgme_data_release(signature_data);
	gpgme_data_release(text_data);
	if (code && gpgme_err_code(code) != GPG_ERR_NO_DATA)
		return gpg_error_set(err, code, "its signature cannot be read");
	if (signatures_judge(keyring, err) < 0)
		return -1;
	buffer_view(payload, text);
	return 0;
}

static int
verify_clearsigned(struct keyring *keyring, struct view text,
    struct buffer *payload, struct error *err)
{
	gpgme_data_t text_data, plain = NULL;
	gpgme_error_t code;

	if (!view_starts(text, clearsigned_head))
		return error_set(err, "it is not signed");
	text_data = data_of(text);
	gpgme_data_new(&plain);
	code = gpgme_op_verify(keyring->context, text_data, NULL, plain);
	gpgme_data_release(text_data);
	if (code && gpgme_err_code(code) != GPG_ERR_NO_DATA)
		gpg_error_set(err, code, "its signature cannot be read");
	else if (signatures_judge(keyring, err) == 0) {
		data_add_to(plain, payload);
		return 0;
	}
	gpgme_data_release(plain);
	return -1;
}

int
keyring_verify(struct keyring *keyring, struct view text,
    struct view signature, struct buffer *payload, struct error *err)
{
	int result = signature.data
	    ? verify_detached(keyring, text, signature, payload, err)
	    : verify_clearsigned(keyring, text, payload, err);

	/* a signal that ended gpg is not a bad signature */
	return result < 0 && interrupt_check(err) < 0 ? -1 : result;
}

void
clearsigned_strip(struct view text, struct buffer *payload)
{
	struct view line;

	if (!view_starts(text, clearsigned_head)) {
		buffer_view(payload, text);
		return;
	}
	while (view_cut(&text, '\n', &line) && view_trim(line).length)
		continue;
	while (view_cut(&text, '\n', &line) &&
	    !view_starts(line, signature_head)) {
		if (view_starts(line, "- "))
			line.data += 2, line.length -= 2;
		buffer_view(payload, line);
		buffer_text(payload, "\n");
	}
}
