#include "tree/compress.h"

#include "base/cleanup.h"
#include "scratch.h"

/* What gives the content back; lzop is made by no library of Debian's. */
static const struct {
	const char *name;
	const char *reader;
} formats[] = {
	{"some.tar.gz", "gzip"}, {"some.tgz", "gzip"}, {"some.taz", "gzip"},
	{"some.xz", "xz"}, {"some.txz", "xz"},
	{"some.tar.zst", "zstd -q"}, {"some.tzst", "zstd -q"},
	{"some.bz2", "bzip2"}, {"some.tbz", "bzip2"}, {"some.tbz2", "bzip2"},
	{"some.tz2", "bzip2"},
	{"some.lz4", "lz4 -q"},
	{"some.lz", "lzip"},
	{"some.lzma", "xz --format=lzma"}, {"some.tlz", "xz --format=lzma"},
	{"some.Z", "gzip"}, {"some.taZ", "gzip"},
};

static struct error err;

static int
write_all(const char *name, const char *path, unsigned threads)
{
	auto_buffer struct buffer sample = {0};
	auto_close int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC |
	    O_CLOEXEC, 0600);
	struct compress *compress = compress_new(fd,
	    compression_of_name(name), threads, &err);
	int result = -1;

	if (compress && file_read_at(AT_FDCWD, "sample", &sample, &err) == 0)
		result = 0;
	for (size_t done = 0; result == 0 && done < sample.length;
	    done += 1 << 18)
		result = compress_write(compress, sample.data + done,
		    sample.length - done < 1 << 18 ? sample.length - done
		    : 1 << 18, &err);
	if (result == 0)
		result = compress_finish(compress, &err);
	compress_free(compress);
	return result;
}

static void
test_formats(void)
{
	for (size_t i = 0; i < sizeof(formats) / sizeof(*formats); i++)
		ok(succeeds(write_all(formats[i].name, "packed", 1), &err) &&
		    shell("%s -d <packed | cmp - sample\n"
		    "test $(stat -c %%s packed) -lt $(stat -c %%s sample)",
		    formats[i].reader), "%s, for %s", formats[i].name,
		    formats[i].reader);
	ok(!compression_of_name("some.tar") && !compression_of_name("gz"),
	    "other names are none");
}

/* Long enough for several blocks of xz and zstd. */
static void
test_threads(void)
{
	static const char *const names[] = {"a.xz", "a.zst", "a.gz", NULL};

	for (const char *const *name = names; *name; name++)
		ok(succeeds(write_all(*name, "one", 1), &err) &&
		    succeeds(write_all(*name, "two", 2), &err) &&
		    succeeds(write_all(*name, "eight", 8), &err) &&
		    succeeds(write_all(*name, "all", 0), &err) &&
		    shell("for n in two eight all; do cmp one $n; done"), "%s: the same with any number of threads", *name);
}

static void
test_errors(void)
{
	const struct compression *lzop = compression_of_name("some.lzo");

	ok(refuses(compression_check(lzop, &err), &err,
	    "does not make lzop; choose another"), "lzop is refused");
	ok(succeeds(compression_check(compression_of_name("x.zst"), &err),
	    &err), "zstd is not");
	ok(refuses(write_all("some.gz", "/dev/full", 1), &err,
	    "No space left"), "a full disk is said");
}

int
main(void)
{
	scratch_enter();
	ok(shell("{ seq 1 60000; head -c 300000 /dev/urandom; } >sample"),
	    "a sample");
	test_formats();
	ok(shell("{ cat sample; head -c 30M /dev/zero; cat sample; "
	    "head -c 30M /dev/zero; cat sample; } >large; mv large sample"),
	    "a large one");
	test_threads();
	test_errors();
	scratch_leave();
	return done();
}
