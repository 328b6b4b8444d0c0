/* The text of a JSON object that describes a guest. */
#include "t/fuzz/target.h"

#include "base/members.h"
#include "guest/guest.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	auto_end(guest_release) struct guest guest = {0};
	auto_error struct error err = {0};
	struct fields fields = {guest_file_tables, &guest, &guest.origins,
	    NULL};
	json_t *object = json_loadb((const char *)data, size, JSON_ALLOW_NUL,
	    NULL);
	int result = members_read(&fields, object, &err);

	check_sentence(result, &err);
	assert(result == 0 || err.kind == ERROR_USAGE);
	json_decref(object);
	return 0;
}
