#include "guest/password.h"

#include <crypt.h>
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/memory.h"

enum { RANDOM_LENGTH = 16 };

static void
buffer_wipe(struct buffer *buffer)
{
	if (buffer->data)
		explicit_bzero(buffer->data, buffer->capacity);
	buffer_release(buffer);
}

static int
password_check(const char *path, struct view line, struct error *err)
{
	if (!line.length)
		return error_set(err, "'%s' holds no password: its first line "
		    "is empty", path);
	if (line.length >= CRYPT_MAX_PASSPHRASE_SIZE)
		return error_set(err, "the password in '%s' is too long", path);
	for (size_t i = 0; i < line.length; i++)
		if (iscntrl((unsigned char)line.data[i]))
			return error_set(err, "the password in '%s' has a "
			    "control character, which nobody can type", path);
	return 0;
}

int
password_read(const char *path, struct events *events, char **password,
    struct error *err)
{
	/* one piece, so that growing leaves no copy behind */
	auto_end(buffer_wipe) struct buffer text = {0};
	auto_close int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	struct view rest, line;
	struct stat status;

	if (fd < 0 || fstat(fd, &status) < 0)
		return error_errno(err, "open '%s'", path);
	if (status.st_size > CRYPT_MAX_PASSPHRASE_SIZE * 8)
		return error_set(err, "'%s' is too large for a password file",
		    path);
	if (S_ISREG(status.st_mode) && status.st_mode & (S_IRGRP | S_IROTH))
		events_warn(events, "others can read the password file '%s'; "
		    "chmod 600 it", path);
	buffer_reserve(&text, CRYPT_MAX_PASSPHRASE_SIZE * 16);
	if (file_read(fd, &text, err) < 0)
		return error_prefix(err, "'%s'", path);
	rest = (struct view){text.data, text.length};
	if (!view_cut(&rest, '\n', &line))
		line = view_of("");
	if (password_check(path, line, err) < 0)
		return -1;
	*password = view_string(line);
	return 0;
}

char *
password_random(void)
{
	static const char characters[] =
	    "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
	const unsigned char count = sizeof(characters) - 1;
	char *password = memory_zeroed(RANDOM_LENGTH + 1, 1);
	size_t length = 0;
	unsigned char byte;

	while (length < RANDOM_LENGTH) {
		if (getrandom(&byte, 1, 0) != 1)
			continue;
		/* what does not divide evenly would favour some */
		if (byte < 256 / count * count)
			password[length++] = characters[byte % count];
	}
	return password;
}

int
password_hash(const struct suite *suite, const char *password, char **hash,
    struct error *err)
{
	char setting[CRYPT_GENSALT_OUTPUT_SIZE];
	const char *hashed = NULL;
	void *data = NULL;
	int size = 0;

	if (crypt_gensalt_rn(suite->password_hash, 0, NULL, 0, setting,
	    sizeof(setting)))
		hashed = crypt_ra(password, setting, &data, &size);
	if (hashed)
		*hash = memory_string(hashed);
	else
		error_errno(err, "hash root's password with '%s'",
		    suite->password_hash);
	if (data)
		explicit_bzero(data, (size_t)size);
	free(data);
	return hashed ? 0 : -1;
}
