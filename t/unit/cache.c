#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/memory.h"
#include "repo/cache.h"
#include "repo/cache_limit.h"
#include "t/unit/tap.h"

/* of "abc": FIPS 180-2, appendix B.1 */
static const char abc[] =
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
static const char abc_path[] = "by-sha256/ba/"
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

static bool
add(int cache, const char *text)
{
	auto_error struct error err = {0};
	auto_close int fd = cache_begin(cache, &err);

	return fd >= 0 && file_write(fd, text, strlen(text), &err) == 0 &&
	    cache_commit(cache, fd, abc, &err) == 0;
}

static bool
has(int cache, uint64_t size)
{
	auto_close int fd = cache_find(cache, abc, size);

	return fd >= 0;
}

static void
test_directory(void)
{
	auto_free char *wanted = cache_directory("/srv/cache");
	auto_free char *usual = NULL;

	is_text(wanted, "/srv/cache", "a wanted directory is taken");
	setenv("XDG_CACHE_HOME", "/xdg", 1);
	usual = cache_directory(NULL);
	is_text(usual, geteuid() ? "/xdg/mkguest" : "/var/cache/mkguest",
	    "the usual one");
}

/* An entry of 64 KiB of disk that was last used at `time`. */
static void
lay(int cache, const char *path, time_t time)
{
	static const char zeros[1 << 16];
	struct timespec times[2] = {{.tv_sec = time}, {.tv_sec = time}};
	auto_error struct error err = {0};

	file_replace(cache, path, zeros, sizeof(zeros), 0644, &err);
	utimensat(cache, path, times, 0);
}

static uint64_t
limited(int cache, uint64_t limit)
{
	auto_error struct error err = {0};
	struct cache_use use = {0};

	return cache_limit(cache, limit, &use, &err) < 0 ? UINT64_MAX
	    : use.removed;
}

static void
test_limit(int cache)
{
	mkdirat(cache, "bases", 0755);
	limited(cache, 0);
	ok(!has(cache, 3), "a limit of nothing keeps nothing");
	add(cache, "abc");
	lay(cache, "by-sha256/ba/old", 1000);
	lay(cache, "bases/one.tar", 2000);
	lay(cache, "bases/one.base", 3000000000);
	lay(cache, "bases/two.tar", 3000);
	lay(cache, "bases/two.base", 3000);
	lay(cache, "bases/.three.1", 1000);
	lay(cache, "bases/.four.1", 3000000000);
	is_number(limited(cache, 1 << 30), 0, "below the limit nothing goes");
	is_number(limited(cache, 300 << 10), 128 << 10, "the oldest go first");
	ok(!file_exists(cache, "by-sha256/ba/old") &&
	    !file_exists(cache, "bases/.three.1") && has(cache, 3),
	    "an abandoned file is one of them");
	limited(cache, 200 << 10);
	ok(!file_exists(cache, "bases/two.tar") &&
	    !file_exists(cache, "bases/two.base") &&
	    file_exists(cache, "bases/one.tar"),
	    "the files of an entry go together, by the last use of any");
	limited(cache, 0);
	ok(file_exists(cache, "bases/.four.1"),
	    "what another run may be writing stays");
}

int
main(void)
{
	char place[] = "/tmp/mkguest-unit.XXXXXX";
	auto_error struct error err = {0};
	auto_free char *directory = NULL;
	auto_buffer struct buffer text = {0};
	int cache;

	test_directory();
	if (!mkdtemp(place))
		return 1;
	directory = memory_printf("%s/deep/cache", place);
	cache = cache_open(directory, &err);
	ok(cache >= 0, "the cache is made with its parents");
	ok(!has(cache, 3), "nothing is in it");
	ok(add(cache, "abc") && has(cache, 3), "a file is added and found");
	ok(add(cache, "abc") && has(cache, 3), "twice does no harm");
	ok(!has(cache, 4), "a wrong size is absence");
	file_replace(cache, abc_path, "abd", 3, 0644, &err);
	ok(!has(cache, 3), "and so are damaged bytes");
	ok(add(cache, "abc") && has(cache, 3), "which are replaced");
	ok(file_read_at(cache, abc_path, &text, &err) == 0, "it has its name");
	is_text(text.data, "abc", "and its content");
	test_limit(cache);
	close(cache);
	file_remove_tree(AT_FDCWD, place, &err);
	return done();
}
