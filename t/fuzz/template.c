#include "t/fuzz/target.h"

#include <string.h>

#include "guest/template.h"

static const struct template_value values[] = {
	{"NAME", "debian1"}, {"EMPTY", ""}, {"AGAIN", "${NAME}"},
	TEMPLATE_VALUES_END
};

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct view template = input_view(data, size);
	auto_buffer struct buffer text = {0};
	auto_error struct error err = {0};
	int result = template_expand("input", template, values, &text, &err);

	check_sentence(result, &err);
	if (!memmem(data, size, "${", 2))
		assert(result == 0 && view_equal(template,
		    (struct view){text.data, text.length}));
	return 0;
}
