/* Packets of any bytes, and armour of any text. */
#include "t/fuzz/target.h"

#include <string.h>

#include "repo/key_file.h"

static void
check_fingerprints(struct view keys)
{
	auto_strings struct strings fingerprints = {0};

	key_fingerprints(keys, &fingerprints);
	vector_each(fingerprint, &fingerprints)
		assert(strlen(*fingerprint) == 40);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct view whole = input_view(data, size);
	auto_free char *text = memory_printf("-----BEGIN PGP"
	    VIEW_FORMAT, VIEW_ARGUMENTS(whole));
	struct strings files = {&text, 1, 1};
	auto_buffer struct buffer keys = {0};
	auto_error struct error err = {0};

	check_fingerprints(whole);
	check_sentence(key_files_read(&files, &keys, &err), &err);
	assert(keys.length <= strlen(text));
	check_fingerprints((struct view){keys.data, keys.length});
	return 0;
}
