#include "repo/cache.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/digest.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/xdg.h"

static const char by_sha256[] = "by-sha256";

char *
cache_directory(const char *wanted)
{
	if (wanted)
		return memory_string(wanted);
	if (geteuid() == 0)
		return memory_string("/var/cache/mkguest");
	return xdg_directory("XDG_CACHE_HOME", ".cache");
}

int
cache_open(const char *directory, struct error *err)
{
	int fd;

	if (file_make_directories(directory, 0755, err) < 0)
		return error_prefix(err, "making the cache");
	fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return error_errno(err, "open cache '%s'", directory);
	return fd;
}

static char *
cache_path(const char *sha256)
{
	return memory_printf("%s/%.2s/%s", by_sha256, sha256, sha256);
}

static bool
cache_file_is(int fd, const char *sha256, uint64_t size)
{
	auto_error struct error ignored = {0};
	char hex[DIGEST_HEX_MAX + 1];
	struct stat status;

	return fstat(fd, &status) == 0 && S_ISREG(status.st_mode) &&
	    (uint64_t)status.st_size == size &&
	    digest_of_file(DIGEST_SHA256, fd, hex, &ignored) == 0 &&
	    strcmp(hex, sha256) == 0;
}

int
cache_find(int cache, const char *sha256, uint64_t size)
{
	auto_free char *path = cache_path(sha256);
	auto_close int fd = openat(cache, path,
	    O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);

	if (fd < 0 || !cache_file_is(fd, sha256, size))
		return -1;
	futimens(fd, NULL);
	return steal_fd(&fd);
}

bool
cache_has(int cache, const char *sha256)
{
	auto_free char *path = cache_path(sha256);

	return file_exists(cache, path);
}

/* For filesystems without O_TMPFILE: a name that is gone at once. */
static int
cache_begin_named(int cache)
{
	static unsigned serial;
	auto_free char *name = memory_printf(".new.%ld.%u", (long)getpid(),
	    serial++);
	int fd = openat(cache, name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC,
	    0644);

	if (fd >= 0)
		unlinkat(cache, name, 0);
	return fd;
}

void
cache_drop(int cache, const char *sha256)
{
	auto_free char *path = cache_path(sha256);

	unlinkat(cache, path, 0);
}

int
cache_begin(int cache, struct error *err)
{
	int fd = openat(cache, ".", O_RDWR | O_TMPFILE | O_CLOEXEC, 0644);

	if (fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR))
		fd = cache_begin_named(cache);
	if (fd < 0)
		return error_errno(err, "create a file in the cache");
	return fd;
}

static int
cache_make_directory(int cache, const char *sha256, struct error *err)
{
	auto_free char *path = memory_printf("%s/%.2s", by_sha256, sha256);

	if (mkdirat(cache, path, 0755) == 0 || errno == EEXIST)
		return 0;
	if (errno == ENOENT && (mkdirat(cache, by_sha256, 0755) == 0 ||
	    errno == EEXIST) &&
	    (mkdirat(cache, path, 0755) == 0 || errno == EEXIST))
		return 0;
	return error_errno(err, "create '%s' in the cache", path);
}

static int
cache_copy(int cache, int fd, const char *path, struct error *err)
{
	auto_buffer struct buffer bytes = {0};

	if (lseek(fd, 0, SEEK_SET) < 0)
		return error_errno(err, "seek");
	if (file_read(fd, &bytes, err) < 0)
		return -1;
	return file_replace(cache, path, bytes.data, bytes.length, 0644, err);
}

int
cache_commit(int cache, int fd, const char *sha256, struct error *err)
{
	auto_free char *path = cache_path(sha256);
	auto_error struct error unnamed = {0};

	if (cache_make_directory(cache, sha256, err) < 0)
		return -1;
	if (file_name(cache, fd, path, &unnamed) == 0)
		return 0;
	if (cache_copy(cache, fd, path, err) < 0)
		return error_prefix(err, "adding to the cache");
	return 0;
}
