#include "base/digest.h"

#include <fcntl.h>
#include <string.h>

#include "base/cleanup.h"
#include "scratch.h"

static struct error err;

static const char *
sparse(const char *path)
{
	static char hex[DIGEST_HEX_MAX + 1];
	auto_close int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (digest_of_sparse(DIGEST_SHA256, fd, hex, &err) < 0)
		error_release(&err);
	return hex;
}

/* sha256sum </dev/null */
static const char of_nothing[] = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b"
    "934ca495991b7852b855";

int
main(void)
{
	char first[DIGEST_HEX_MAX + 1];

	scratch_enter();
	ok(shell("truncate -s 20M image\n"
	    "seq 9999 | dd of=image bs=4k seek=300 conv=notrunc\n"
	    "echo end | dd of=image bs=1 seek=20000000 conv=notrunc\n"
	    "cp --sparse=never image full; cp --sparse=always image holes"),
	    "an image with holes");
	memcpy(first, sparse("image"), sizeof(first));
	ok(digest_is_hex(DIGEST_SHA256, view_of(first)), "has a digest");
	is_text(sparse("full"), first, "a copy without holes has the same");
	is_text(sparse("holes"), first, "and so has one with more");
	ok(shell("cp image other\n"
	    "printf x | dd of=other bs=1 seek=1229000 conv=notrunc") &&
	    strcmp(sparse("other"), first), "one byte, another digest");
	ok(shell("truncate -s 20M moved\n"
	    "seq 9999 | dd of=moved bs=4k seek=301 conv=notrunc\n"
	    "echo end | dd of=moved bs=1 seek=20000000 conv=notrunc") &&
	    strcmp(sparse("moved"), first),
	    "the same blocks at another place, too");
	ok(shell("truncate -s 5M empty"), "a file that is a hole");
	is_text(sparse("empty"), of_nothing, "is as much as nothing");
	scratch_leave();
	return done();
}
