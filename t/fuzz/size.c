#include "t/fuzz/target.h"

#include <inttypes.h>

#include "base/size.h"

static void
check_number(uint64_t number)
{
	auto_free char *plain = memory_printf("%" PRIu64, number);
	auto_free char *shown = size_text(number);
	auto_error struct error err = {0};
	uint64_t again = 0;

	assert(*shown && view_of(shown).length <= 15);
	assert(number_parse(view_of(plain), &again, &err) == 0);
	assert(again == number);
	assert(size_parse(view_of(plain), &again, &err) == 0);
	assert(again == number);
}

static void
check_memory(struct view text)
{
	auto_error struct error err = {0}, size_err = {0}, number_err = {0};
	uint64_t mebibytes = 0, size = 0;
	int result = mebibytes_parse(text, &mebibytes, &err);

	check_sentence(result, &err);
	if (result == 0 && number_parse(text, &size, &number_err) == 0)
		assert(size == mebibytes);
	else if (result == 0)
		assert(size_parse(text, &size, &size_err) == 0 &&
		    size >> 20 == mebibytes);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct view text = input_view(data, size);
	auto_error struct error size_err = {0}, number_err = {0};
	uint64_t bytes = 0, number = 0;
	int result = size_parse(text, &bytes, &size_err);

	check_sentence(result, &size_err);
	check_number(bytes);
	check_sentence(number_parse(text, &number, &number_err), &number_err);
	assert(number_err.text || (result == 0 && number == bytes));
	check_memory(text);
	return 0;
}
