#include <sys/stat.h>

#include "base/cleanup.h"
#include "repo/cache.h"
#include "root/base_cache.h"
#include "t/unit/scratch.h"

static int cache;
static struct error err;

/* Keeps `text` as the base KEY. */
static bool
keep(const char *key, const char *text)
{
	auto_base struct base base = {.fd = base_cache_begin(cache, &err)};

	return succeeds(base.fd < 0 ? -1 : file_write(base.fd, text,
	    strlen(text), &err), &err) &&
	    succeeds(base_cache_commit(cache, key, &base, &err), &err);
}

static bool
finds(const char *key, const char *text, bool is_sealed)
{
	auto_base struct base base = BASE_NONE;
	auto_buffer struct buffer content = {0};

	return succeeds(base_cache_find(cache, key, &base, &err), &err) &&
	    base.fd >= 0 && base.is_sealed == is_sealed &&
	    succeeds(base_check(&base, &err), &err) &&
	    file_read(base.fd, &content, &err) == 0 &&
	    base.size == content.length && !strcmp(content.data, text);
}

static bool
is_damaged(const char *key, const char *part)
{
	auto_base struct base base = BASE_NONE;
	int found = base_cache_find(cache, key, &base, &err);

	return refuses(found < 0 ? -1 : base_check(&base, &err), &err, part);
}

static bool
is_absent(const char *key)
{
	auto_base struct base base = BASE_NONE;

	return base_cache_find(cache, key, &base, &err) == 0 && base.fd < 0;
}

static void
test_keep(void)
{
	struct stat status;

	ok(is_absent("a"), "nothing is there before anything was");
	ok(keep("a", "first") && finds("a", "first", true), "kept and found");
	ok(is_absent("b"), "another key is another base");
	ok(stat("cache/bases/a.tar", &status) == 0 &&
	    (status.st_mode & 07777) == 0600, "it is its owner's alone");
	ok(keep("a", "second") && finds("a", "second", true),
	    "the last to be kept is found");
	ok(shell("test $(ls -A cache/bases | wc -l) = 2\n"
	    "test $(ls -A cache | wc -l) = 1\n"
	    "test $(sed -n 's/^SHA256: //p' cache/bases/a.base) = "
	    "$(sha256sum <cache/bases/a.tar | cut -d' ' -f1)"),
	    "nothing is left beside it, and sha256sum agrees");
	ok(shell("touch -d @1 cache/bases/a.base") &&
	    finds("a", "second", true) &&
	    stat("cache/bases/a.base", &status) == 0 &&
	    status.st_mtim.tv_sec > 1000, "the time of its last use is kept");
}

static void
test_damage(void)
{
	ok(shell("cp -a cache/bases/a.tar copy; mv copy cache/bases/a.tar") &&
	    finds("a", "second", false), "a copy is as good, but not sealed");
	ok(shell("printf sEcond >cache/bases/a.tar") &&
	    is_damaged("a", "does not have the SHA-256"), "other bytes");
	ok(shell("printf sec >cache/bases/a.tar") &&
	    is_damaged("a", "has 3 bytes, not 6"), "a part of it");
	ok(shell("rm cache/bases/a.tar") && is_damaged("a", "its tar: No such"),
	    "the record alone");
	ok(keep("a", "x") && shell("ln -sf /etc/passwd cache/bases/a.tar") &&
	    is_damaged("a", "its tar: Too many"), "a symlink");
	ok(keep("a", "x") && shell(": >cache/bases/a.base") &&
	    is_damaged("a", "'a.base' is no record"), "an empty record");
	ok(keep("a", "x") && shell("sed -i 's/^Size.*/Size: -1/' "
	    "cache/bases/a.base") && is_damaged("a", "-1"), "no size");
	ok(keep("a", "x") && shell("sed -i '/^SHA256/s/.$/G/' "
	    "cache/bases/a.base") && is_damaged("a", "is no record"),
	    "no digest");
	ok(keep("a", "again") && finds("a", "again", true),
	    "each is replaced by a good one");
	base_cache_drop(cache, "a", BASE_TAR);
	ok(is_absent("a") && shell("test -z \"$(ls -A cache/bases)\""),
	    "dropped, all of it is gone");
}

static void
test_verify(void)
{
	is_number(base_cache_verify(cache, NULL, &err), 0, "none");
	ok(keep("a", "one") && keep("b", "two") && keep("c", "three"), "three");
	is_number(base_cache_verify(cache, NULL, &err), 3, "all good");
	ok(shell("printf oNe >cache/bases/a.tar") &&
	    refuses(base_cache_verify(cache, NULL, &err), &err,
	    "1 of 3 kept bases were damaged"), "one is damaged");
	ok(is_absent("a") && finds("b", "two", true), "it alone is removed");
}

static bool
keep_image(const char *key)
{
	auto_base struct base base = {
		.kind = BASE_IMAGE, .fd = base_cache_begin(cache, &err),
		.used = 4321,
	};

	return succeeds(ftruncate(base.fd, 1 << 20), &err) &&
	    succeeds(file_write(base.fd, "image", 5, &err), &err) &&
	    succeeds(base_cache_commit(cache, key, &base, &err), &err);
}

/* An image beside a tar of the same name. */
static void
test_image(void)
{
	auto_base struct base image = {.kind = BASE_IMAGE, .fd = -1};

	ok(keep_image("b") && base_cache_find(cache, "b", &image, &err) == 1 &&
	    succeeds(base_check(&image, &err), &err), "an image is kept");
	ok(image.is_sealed && image.size == 1 << 20 && image.used == 4321,
	    "and what was said of it");
	ok(finds("b", "two", true), "the tar is another");
	is_number(base_cache_verify(cache, NULL, &err), 3, "both are read");
	ok(shell("printf x | dd of=cache/bases/b.img bs=1 seek=9999 "
	    "conv=notrunc") && refuses(base_cache_verify(cache, NULL, &err),
	    &err, "1 of 3 kept bases were damaged") &&
	    shell("test ! -e cache/bases/b.img; test ! -e cache/bases/b.image"),
	    "a damaged one is removed");
	ok(finds("b", "two", true), "it alone");
	ok(keep_image("b"), "kept again");
	base_cache_drop(cache, "b", BASE_IMAGE);
	ok(shell("test $(ls cache/bases | wc -l) = 4"), "and dropped");
}

int
main(void)
{
	scratch_enter();
	cache = cache_open("cache", &err);
	is_number(base_cache_verify(cache, NULL, &err), 0, "no directory yet");
	test_keep();
	test_damage();
	test_verify();
	test_image();
	close(cache);
	scratch_leave();
	return done();
}
