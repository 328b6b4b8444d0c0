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

/* crypt(5): of a hash, all of it. */
static const char crypt_characters[] = "$,=./0123456789"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

static void
buffer_wipe(struct buffer *buffer)
{
	if (buffer->data)
		explicit_bzero(buffer->data, buffer->capacity);
	buffer_release(buffer);
}

static void
secret_release(char **secret)
{
	memory_free_secret(*secret);
}

static int
file_check(int fd, const char *path, struct error *err)
{
	struct stat status;

	if (fstat(fd, &status) < 0)
		return error_errno(err, "open '%s'", path);
	if (status.st_size > CRYPT_MAX_PASSPHRASE_SIZE * 8)
		return error_set(err, "'%s' is too large for a password file",
		    path);
	if (S_ISREG(status.st_mode) && status.st_mode & (S_IRWXG | S_IRWXO))
		return error_set(err, "others can read or write '%s'; "
		    "chmod 600 '%s'", path, path);
	return 0;
}

/* The first line, of at most CRYPT_MAX_PASSPHRASE_SIZE bytes. */
static int
line_read(const char *path, char **secret, struct error *err)
{
	/* one piece, so that growing leaves no copy behind */
	auto_end(buffer_wipe) struct buffer text = {0};
	auto_close int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	struct view rest, line;

	if (fd < 0)
		return error_errno(err, "open '%s'", path);
	if (file_check(fd, path, err) < 0)
		return -1;
	buffer_reserve(&text, CRYPT_MAX_PASSPHRASE_SIZE * 16);
	if (file_read(fd, &text, err) < 0)
		return error_prefix(err, "'%s'", path);
	rest = (struct view){text.data, text.length};
	if (!view_cut(&rest, '\n', &line) || !line.length)
		return error_set(err, "'%s' holds no password: its first line "
		    "is empty", path);
	if (line.length >= CRYPT_MAX_PASSPHRASE_SIZE)
		return error_set(err, "the first line of '%s' is too long for "
		    "a password", path);
	*secret = view_string(line);
	return 0;
}

static bool
is_typable(const char *password)
{
	for (; *password; password++)
		if (iscntrl((unsigned char)*password))
			return false;
	return true;
}

int
password_read(const char *path, char **password, struct error *err)
{
	auto_end(secret_release) char *line = NULL;

	if (line_read(path, &line, err) < 0)
		return -1;
	if (!is_typable(line))
		return error_set(err, "the password in '%s' has a control "
		    "character, which nobody can type", path);
	*password = steal_pointer(&line);
	return 0;
}

/* What another password gives with its setting is as long as the hash. */
static bool
is_hash(const char *hash)
{
	void *data = NULL;
	int size = 0;
	const char *other = crypt_ra("", hash, &data, &size);
	bool is = other && other[0] != '*' && strlen(other) == strlen(hash);

	free(data);
	return is;
}

int
password_read_hash(const char *path, const struct suite *suite, char **hash,
    struct error *err)
{
	auto_end(secret_release) char *line = NULL;
	auto_buffer struct buffer known = {0};

	if (line_read(path, &line, err) < 0)
		return -1;
	if (strspn(line, crypt_characters) != strlen(line) || !is_hash(line))
		return error_set(err, "'%s' holds no hash of a password; "
		    "mkpasswd(1) or openssl-passwd(1ssl) makes one", path);
	vector_each(prefix, &suite->password_hashes) {
		if (view_starts(view_of(line), *prefix)) {
			*hash = steal_pointer(&line);
			return 0;
		}
		buffer_printf(&known, " %s", *prefix);
	}
	return error_set(err, "nobody could log in with the hash in '%s': %s "
	    "knows those that begin with%s", path, suite->codename,
	    known.data);
}

int
password_ask(struct events *events, const char *user, char **password,
    struct error *err)
{
	auto_end(secret_release) char *one = NULL, *two = NULL;
	auto_free char *first = memory_printf("password of %s", user);
	auto_free char *second = memory_printf("%s, again", first);

	if (events_ask_secret(events, first, &one, err) < 0)
		return -1;
	if (!*one || !is_typable(one) ||
	    strlen(one) >= CRYPT_MAX_PASSPHRASE_SIZE)
		return error_set(err, "that is no password: it is empty, too "
		    "long, or has a control character");
	if (events_ask_secret(events, second, &two, err) < 0)
		return -1;
	if (strcmp(one, two))
		return error_set(err, "the two passwords differ");
	*password = steal_pointer(&one);
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

static int
hash_with(const char *setting, const char *password, char **hash,
    struct error *err)
{
	void *data = NULL;
	int size = 0;
	const char *hashed = crypt_ra(password, setting, &data, &size);

	if (hashed)
		*hash = memory_string(hashed);
	else
		error_errno(err, "hash a password with '%s'", setting);
	if (data)
		explicit_bzero(data, (size_t)size);
	free(data);
	return hashed ? 0 : -1;
}

/* `cost` as crypt_gensalt(3) has it; 0: the method's own. */
static int
hash_at_cost(const struct suite *suite, unsigned long cost,
    const char *password, char **hash, struct error *err)
{
	char setting[CRYPT_GENSALT_OUTPUT_SIZE];
	const char *method = suite->password_hashes.items[0];

	if (!crypt_gensalt_rn(method, cost, NULL, 0, setting, sizeof(setting)))
		return error_errno(err, "hash a password with '%s'", method);
	return hash_with(setting, password, hash, err);
}

int
password_hash(const struct suite *suite, const char *password, char **hash,
    struct error *err)
{
	return hash_at_cost(suite, 0, password, hash, err);
}

int
password_hash_random(const struct suite *suite, const char *password,
    char **hash, struct error *err)
{
	bool is_costly = !strcmp(suite->password_hashes.items[0], "$y$");

	return hash_at_cost(suite, is_costly, password, hash, err);
}
