#include "t/fuzz/target.h"

#include "repo/keyring.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct view text = input_view(data, size);
	auto_buffer struct buffer payload = {0};

	clearsigned_strip(text, &payload);
	/* the last line gets the newline that it lacks */
	assert(payload.length <= size + 1);
	assert(view_starts(text, "-----BEGIN PGP SIGNED MESSAGE-----") ||
	    view_equal(text, (struct view){payload.data, payload.length}));
	return 0;
}
