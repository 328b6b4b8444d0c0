#include "repo/decompress.h"

#include <fcntl.h>

#include "base/cleanup.h"
#include "scratch.h"

enum { SAMPLE_SIZE = 300000 };

/* Each is made of the sample, and is the sample again. */
static const struct {
	const char *maker, *what;
	uint64_t size;	/* that is told; 0 none */
} forms[] = {
	{"gzip -c sample", "gz of the size that was told", SAMPLE_SIZE},
	{"gzip -c sample", "gz of a size that is not known", 0},
	{"gzip -c sample", "gz that is larger than was told",
	    SAMPLE_SIZE - 1},
	{"gzip -c sample", "gz that is smaller than was told",
	    SAMPLE_SIZE + 1},
	{"head -c 7 sample | gzip; tail -c +8 sample | gzip",
	    "gz in two members", SAMPLE_SIZE},
	{"xz -c sample", "xz", SAMPLE_SIZE},
	{"zstd -q -c sample", "zst", SAMPLE_SIZE},
	{"bzip2 -c sample", "bz2", SAMPLE_SIZE},
	{"xz -c --format=lzma sample", "lzma", SAMPLE_SIZE},
	{"cat sample", "plain", SAMPLE_SIZE},
};

static int
decompress_packed(uint64_t size, struct buffer *text, struct error *err)
{
	auto_close int fd = open("packed", O_RDONLY | O_CLOEXEC);

	return decompress(fd, size, text, err);
}

static void
test_forms(void)
{
	auto_buffer struct buffer sample = {0};
	auto_error struct error err = {0};

	file_read_at(AT_FDCWD, "sample", &sample, &err);
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		auto_buffer struct buffer text = {0};

		shell("{ %s; } >packed", forms[i].maker);
		ok(decompress_packed(forms[i].size, &text, &err) == 0 &&
		    text.length == SAMPLE_SIZE && text.data[SAMPLE_SIZE] == 0 &&
		    !memcmp(text.data, sample.data, SAMPLE_SIZE), "%s",
		    forms[i].what);
	}
}

static void
test_appends(void)
{
	auto_buffer struct buffer text = {0};
	auto_error struct error err = {0};

	shell("printf world | gzip >packed");
	buffer_text(&text, "hello ");
	decompress_packed(5, &text, &err);
	is_text(text.data, "hello world", "what was there stays");
}

static void
test_nothing(void)
{
	auto_buffer struct buffer text = {0};
	auto_error struct error err = {0};

	shell(": >packed");
	ok(decompress_packed(0, &text, &err) == 0 && !text.length,
	    "an empty file");
	shell(": | gzip >packed");
	ok(decompress_packed(0, &text, &err) == 0 && !text.length,
	    "nothing, compressed");
}

static void
test_damaged(void)
{
	static const char *const makers[] = {
		"gzip -c sample | head -c 5000",
		"xz -c sample | head -c 5000",
	};

	for (size_t i = 0; i < sizeof(makers) / sizeof(makers[0]); i++) {
		auto_buffer struct buffer text = {0};
		auto_error struct error err = {0};

		shell("%s >packed", makers[i]);
		ok(decompress_packed(SAMPLE_SIZE, &text, &err) < 0 &&
		    strstr(err.text, "cannot be decompressed: "), "%s",
		    makers[i]);
	}
}

static void
test_bomb(void)
{
	auto_buffer struct buffer text = {0};
	auto_error struct error err = {0};

	shell("rm packed; truncate -s 1025M packed");
	ok(decompress_packed(0, &text, &err) < 0 &&
	    strstr(err.text, "is larger than 1 GiB"), "more than 1 GiB");
}

int
main(void)
{
	scratch_enter();
	shell("head -c 225000 /dev/urandom | base64 -w 0 >sample");
	test_forms();
	test_appends();
	test_nothing();
	test_damaged();
	test_bomb();
	scratch_leave();
	return done();
}
