#include "repo/cache_text.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/memory.h"

enum { DIGEST_LENGTH = 64 };	/* of the first line, its newline apart */

void
cache_text_key(struct view text, char hex[DIGEST_HEX_MAX + 1])
{
	struct digest *digest = digest_new(DIGEST_SHA256);

	digest_add(digest, text.data, text.length);
	digest_finish(digest, hex);
	digest_free(digest);
}

/* The first line of the file: of its key and its text. */
static void
seal(const char *key, struct view text, char hex[DIGEST_HEX_MAX + 1])
{
	struct digest *digest = digest_new(DIGEST_SHA256);

	digest_add(digest, key, strlen(key));
	digest_add(digest, text.data, text.length);
	digest_finish(digest, hex);
	digest_free(digest);
}

static bool
is_our_own(int fd)
{
	struct stat status;

	return fstat(fd, &status) == 0 && S_ISREG(status.st_mode) &&
	    status.st_uid == geteuid() && !(status.st_mode & 022);
}

static bool
is_sealed(const char *key, struct view whole)
{
	char hex[DIGEST_HEX_MAX + 1];
	struct view line;

	if (!view_cut(&whole, '\n', &line) || line.length != DIGEST_LENGTH)
		return false;
	seal(key, whole, hex);
	return view_is(line, hex);
}

bool
cache_text_find(int cache, const char *shelf, const char *key,
    struct buffer *text)
{
	auto_error struct error ignored = {0};
	auto_free char *path = memory_printf("%s/%s", shelf, key);
	auto_buffer struct buffer whole = {0};
	auto_close int fd = openat(cache, path,
	    O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);

	if (fd < 0 || !is_our_own(fd) || file_read(fd, &whole, &ignored) < 0 ||
	    !is_sealed(key, (struct view){whole.data, whole.length}))
		return false;
	futimens(fd, NULL);
	buffer_add(text, whole.data + DIGEST_LENGTH + 1,
	    whole.length - DIGEST_LENGTH - 1);
	return true;
}

/* Not synced: what a crash leaves of it is not sealed. */
static int
write_beside(int cache, const char *temporary, const char *path,
    const struct buffer *whole, struct error *err)
{
	auto_close int fd = openat(cache, temporary,
	    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);

	if (fd < 0 || fchmod(fd, 0644) < 0)
		return error_errno(err, "create '%s' in the cache", temporary);
	if (file_write(fd, whole->data, whole->length, err) < 0)
		return error_prefix(err, "'%s' in the cache", temporary);
	if (renameat(cache, temporary, cache, path) < 0)
		return error_errno(err, "rename to '%s' in the cache", path);
	return 0;
}

int
cache_text_keep(int cache, const char *shelf, const char *key,
    struct view text, struct error *err)
{
	auto_free char *path = memory_printf("%s/%s", shelf, key);
	auto_free char *temporary = memory_printf("%s/.%s.%ld", shelf, key,
	    (long)getpid());
	auto_buffer struct buffer whole = {0};
	char hex[DIGEST_HEX_MAX + 1];

	if (mkdirat(cache, shelf, 0755) < 0 && errno != EEXIST)
		return error_errno(err, "create '%s' in the cache", shelf);
	seal(key, text, hex);
	buffer_printf(&whole, "%s\n", hex);
	buffer_view(&whole, text);
	if (write_beside(cache, temporary, path, &whole, err) == 0)
		return 0;
	unlinkat(cache, temporary, 0);
	return -1;
}
