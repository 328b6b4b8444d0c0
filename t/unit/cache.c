#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/memory.h"
#include "repo/cache.h"
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
	close(cache);
	file_remove_tree(AT_FDCWD, place, &err);
	return done();
}
