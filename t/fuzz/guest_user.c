#include "t/fuzz/target.h"

#include <string.h>

#include "guest/guest_user.h"

/* What a user is called or has goes into lines with colons between. */
static void
check_text(const char *text)
{
	assert(!text || !strpbrk(text, ":\n"));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	auto_free char *text = memory_copy(data, size);
	struct guest_users users = {0};
	auto_error struct error err = {0};

	if (guest_users_add(&users, text, &err) < 0)
		assert(err.text && err.kind == ERROR_USAGE);
	else
		vector_each(user, &users) {
			check_text(user->name);
			check_text(user->shell);
			check_text(user->gecos);
			check_text(user->uid);
		}
	guest_users_release(&users);
	return 0;
}
