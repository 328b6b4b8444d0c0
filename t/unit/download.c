/* Over HTTP see t1002; here what needs no server. */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/memory.h"
#include "repo/downloader.h"
#include "t/unit/tap.h"

static const char abc[] =
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

static unsigned calls;

static int
count_call(struct download *download, struct error *err)
{
	(void)download;
	(void)err;
	calls++;
	return 0;
}

/* Downloads into memory; true if that went well, with the text. */
static bool
fetch(struct download download, struct buffer *text, struct error *err)
{
	const struct connection straight = {0};
	struct downloader *downloader = downloader_new(&straight, NULL, err);
	auto_close int fd = memfd_create("download", MFD_CLOEXEC);
	int result;

	error_release(err);
	download.fd = fd;
	download.kind = DIGEST_SHA256;
	result = downloader_run(downloader, &download, 1, err);
	downloader_free(downloader);
	buffer_clear(text);
	lseek(fd, 0, SEEK_SET);
	file_read(fd, text, err);
	return result == 0;
}

static void
test_file(const char *place)
{
	auto_free char *url = memory_printf("file:%s/abc", place);
	auto_free char *copy = memory_printf("copy:%s/abc", place);
	auto_free char *missing = memory_printf("file:%s/nothing", place);
	auto_error struct error err = {0};
	auto_buffer struct buffer text = {0};
	struct download wanted = {.url = url, .size = 3, .digest = abc,
	    .done = count_call};

	ok(fetch(wanted, &text, &err) && calls == 1, "a file is copied");
	is_text(text.data, "abc", "with its content");
	wanted.url = copy;
	ok(fetch(wanted, &text, &err), "copy: is the same");
	wanted.size = 4;
	ok(!fetch(wanted, &text, &err) && strstr(err.text, "ends too early (3 "
	    "of 4 bytes)"), "a short file is refused");
	wanted.size = 2;
	ok(!fetch(wanted, &text, &err) && strstr(err.text, "is larger than"),
	    "a long one too");
	wanted = (struct download){.url = url, .limit = 2};
	ok(!fetch(wanted, &text, &err), "also when only a limit is known");
	wanted = (struct download){.url = url, .size = 3, .digest = "00"};
	ok(!fetch(wanted, &text, &err) && strstr(err.text, "hash differs"),
	    "a wrong hash is refused");
	wanted = (struct download){.url = missing};
	ok(!fetch(wanted, &text, &err) && strstr(err.text, "does not exist"),
	    "a missing file is an error");
	wanted.may_be_missing = true;
	calls = 0;
	wanted.done = count_call;
	ok(fetch(wanted, &text, &err) && !calls, "unless it may be missing");
}

static void
test_public_url(void)
{
	static const char *const cases[][2] = {
		{"http://host/path", "http://host/path"},
		{"http://user:word@host/path@x", "http://host/path@x"},
		{"http://host/path@x", "http://host/path@x"},
		{"file:/path@x", "file:/path@x"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		auto_free char *url = download_public_url(cases[i][0]);

		is_text(url, cases[i][1], "public form of %s", cases[i][0]);
	}
}

int
main(void)
{
	char place[] = "/tmp/mkguest-unit.XXXXXX";
	auto_error struct error err = {0};
	auto_free char *path = NULL;

	if (!mkdtemp(place))
		return 1;
	path = memory_printf("%s/abc", place);
	file_replace(AT_FDCWD, path, "abc", 3, 0644, &err);
	test_file(place);
	test_public_url();
	file_remove_tree(AT_FDCWD, place, &err);
	return done();
}
