/* The text of a fleet file. */
#include "t/fuzz/target.h"

#include <string.h>

#include "fleet/fleet_file.h"

/* Ranges that are long only take time. */
static bool
is_long(struct view text)
{
	unsigned digits = 0;

	for (size_t i = 0; i < text.length; i++) {
		bool is_digit = text.data[i] >= '0' && text.data[i] <= '9';

		digits = is_digit ? digits + 1 : 0;
		if (digits > 2)
			return true;
	}
	return false;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	auto_fleet_file struct fleet_file file = {0};
	auto_error_list struct error_list wrong = {0};
	auto_error struct error err = {0};
	int result;

	if (is_long(input_view(data, size)))
		return 0;
	file.text.path = memory_string("input");
	buffer_add(&file.text.content, data, size);
	fleet_file_parse(&file, &wrong);
	result = error_list_result(&wrong, &err);
	check_sentence(result, &err);
	if (result < 0)
		return 0;
	vector_each(guest, &file.guests)
		assert(map_get(&file.guest_names,
		    view_of((*guest)->guest.name)) == *guest);
	return 0;
}
