/*
 * Runs a fuzz target, whose name this program bears, over each file of its
 * corpus: all of it, and all that begins it.
 */
#include "t/fuzz/target.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>

#include "base/buffer.h"
#include "base/file.h"
#include "t/unit/tap.h"

size_t
LLVMFuzzerMutate(uint8_t *data, size_t size, size_t most)
{
	(void)data;
	(void)most;
	return size;
}

static void
replay(const char *text, size_t length)
{
	uint8_t *block = malloc(length);

	if (length)
		memcpy(block, text, length);
	LLVMFuzzerTestOneInput(block, length);
	free(block);
}

static void
replay_file(const char *path)
{
	auto_buffer struct buffer text = {0};
	auto_error struct error err = {0};

	if (file_read_at(AT_FDCWD, path, &text, &err) < 0) {
		ok(false, "%s", err.text);
		return;
	}
	for (size_t length = 0; length <= text.length; length++)
		replay(text.data, length);
	ok(true, "%s", path);
	/* so that it is known which one did not come back */
	fflush(stdout);
}

int
main(void)
{
	auto_free char *pattern = memory_printf("t/fuzz/corpus/%s/*",
	    program_invocation_short_name);
	glob_t files;

	ok(glob(pattern, 0, NULL, &files) == 0, "%s", pattern);
	for (size_t i = 0; i < files.gl_pathc; i++)
		replay_file(files.gl_pathv[i]);
	globfree(&files);
	return done();
}
