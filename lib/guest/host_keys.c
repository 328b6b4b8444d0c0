#include "guest/host_keys.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/command.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/private_directory.h"

static void
log_line(void *context, const char *text)
{
	events_debug(context, "ssh-keygen: %s", text);
}

static int
keygen(struct command *command, struct events *events, struct error *err)
{
	command->line = log_line;
	command->context = events;
	return command_run(command, err);
}

static int
key_make(const struct host_key *key, const struct suite *suite,
    const char *path, const char *comment, struct events *events,
    struct error *err)
{
	auto_command struct command command = {0};
	static const char *const arguments[] = {
		"ssh-keygen", "-q", "-N", "", "-t"
	};

	for (size_t i = 0; i < sizeof(arguments) / sizeof(*arguments); i++)
		command_add(&command, arguments[i]);
	command_add(&command, key->type);
	if (suite->ssh_key_format) {
		command_add(&command, "-m");
		command_add(&command, suite->ssh_key_format);
	}
	command_add(&command, "-C");
	command_add(&command, comment);
	command_add(&command, "-f");
	command_add(&command, path);
	return keygen(&command, events, err);
}

static int
key_fingerprint(struct host_key *key, const char *path, struct events *events,
    struct error *err)
{
	auto_command struct command command = {0};
	auto_buffer struct buffer text = {0};

	command_add(&command, "ssh-keygen");
	command_add(&command, "-l");
	command_add(&command, "-f");
	command_add(&command, path);
	command.output = &text;
	if (keygen(&command, events, err) < 0)
		return -1;
	key->fingerprint =
	    view_string(view_trim((struct view){text.data, text.length}));
	return 0;
}

static int
text_read(const char *path, char **place, struct error *err)
{
	struct buffer text = {0};
	int result = file_read_at(AT_FDCWD, path, &text, err);

	*place = buffer_steal(&text);
	return result;
}

static int
key_add(struct host_keys *keys, const struct suite *suite, const char *type,
    const char *directory, const char *name, struct events *events,
    struct error *err)
{
	struct host_key *key = vector_push(keys);
	auto_free char *path = memory_printf("%s/%s", directory, type);
	auto_free char *public = memory_printf("%s.pub", path);
	auto_free char *comment = memory_printf("root@%s", name);

	key->type = memory_string(type);
	if (key_make(key, suite, path, comment, events, err) < 0 ||
	    text_read(path, &key->private_text, err) < 0 ||
	    text_read(public, &key->public_text, err) < 0)
		return -1;
	return key_fingerprint(key, public, events, err);
}

bool
host_keys_can_make(void)
{
	return command_exists("ssh-keygen");
}

int
host_keys_make(struct host_keys *keys, const struct suite *suite,
    const char *name, struct events *events, struct error *err)
{
	auto_private_directory struct private_directory directory;
	int result = private_directory_open_secret(&directory, "mkguest-keys",
	    err);

	for (size_t i = 0; result == 0 && i < suite->ssh_host_keys.count; i++)
		result = key_add(keys, suite, suite->ssh_host_keys.items[i],
		    directory.path, name, events, err);
	return result < 0 ? error_prefix(err, "making ssh host keys") : 0;
}

/* As ssh-keygen(1) has it: of the bytes, in base64 without padding. */
char *
host_key_fingerprint(const char *public_text)
{
	enum { BLOB_MAX = 4096, TEXT_MAX = EVP_MAX_MD_SIZE * 2 };
	struct view rest = view_of(public_text), type, key;
	unsigned char blob[BLOB_MAX], digest[EVP_MAX_MD_SIZE], text[TEXT_MAX];
	unsigned length;
	int size;

	if (!view_word(&rest, &type) || !view_word(&rest, &key) ||
	    key.length % 4 || key.length > BLOB_MAX)
		return NULL;
	size = EVP_DecodeBlock(blob, (const unsigned char *)key.data,
	    (int)key.length);
	for (size_t i = key.length; size > 0 && i && key.data[i - 1] == '=';
	     i--)
		size--;
	if (size <= 0 || EVP_Digest(blob, (size_t)size, digest, &length,
	    EVP_sha256(), NULL) != 1)
		return NULL;
	EVP_EncodeBlock(text, digest, (int)length);
	return memory_printf("SHA256:%.*s", (int)strcspn((char *)text, "="),
	    text);
}

void
host_keys_release(struct host_keys *keys)
{
	vector_each(key, keys) {
		free(key->type);
		memory_free_secret(key->private_text);
		free(key->public_text);
		free(key->fingerprint);
	}
	vector_release(keys);
}
