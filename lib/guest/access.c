#include "guest/access.h"

#include <fcntl.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/memory.h"
#include "guest/password.h"

static void
secret_release(char **secret)
{
	memory_free_secret(*secret);
}

static int
access_read_password(struct guest *guest, const struct suite *suite,
    struct events *events, struct error *err)
{
	auto_end(secret_release) char *password = NULL;

	if (password_read(guest->root_password_file, events, &password,
	    err) < 0)
		return -1;
	return password_hash(suite, password, &guest->password_hash, err);
}

static bool
word_is_key_type(struct view word)
{
	return view_starts(word, "ssh-") || view_starts(word, "ecdsa-sha2-") ||
	    view_starts(word, "sk-ssh-") || view_starts(word, "sk-ecdsa-");
}

/* sshd(8): [options] type base64 [comment]; all base64 keys start so, because
 * the first thing in them is a length below 2^16. */
static bool
line_is_key(struct view line)
{
	struct view word;
	bool typed = false;

	while (view_word(&line, &word)) {
		if (typed)
			return view_starts(word, "AAAA");
		typed = word_is_key_type(word);
	}
	return false;
}

static int
keys_add(struct view text, struct buffer *keys, const char *path,
    struct error *err)
{
	struct view line;
	unsigned number = 0;

	while (view_cut(&text, '\n', &line)) {
		number++;
		line = view_trim(line);
		if (!line.length || line.data[0] == '#')
			continue;
		if (!line_is_key(line))
			return error_set(err, "%s:%u: not a public ssh key",
			    path, number);
		buffer_view(keys, line);
		buffer_text(keys, "\n");
	}
	if (!keys->length)
		return error_set(err, "'%s' holds no public ssh key", path);
	return 0;
}

static int
access_read_keys(struct guest *guest, struct error *err)
{
	auto_buffer struct buffer text = {0}, keys = {0};

	if (file_read_at(AT_FDCWD, guest->ssh_key, &text, err) < 0)
		return -1;
	if (keys_add((struct view){text.data, text.length}, &keys,
	    guest->ssh_key, err) < 0)
		return -1;
	free(guest->authorized_keys);
	guest->authorized_keys = buffer_steal(&keys);
	return 0;
}

int
guest_read_access(struct guest *guest, const struct suite *suite,
    struct events *events, struct error *err)
{
	if (guest->root_password_file &&
	    access_read_password(guest, suite, events, err) < 0)
		return error_prefix(err, "--root-password-file");
	if (guest->ssh_key && access_read_keys(guest, err) < 0)
		return error_prefix(err, "--ssh-key");
	return 0;
}
