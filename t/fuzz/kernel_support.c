#include "t/fuzz/target.h"

#include "guest/kernel_support.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct kernel_support support =
	    kernel_support_of_image(input_view(data, size));

	assert(support.is_known || (!support.pv && !support.pvh));
	support = kernel_support_of_config(input_view(data, size));
	assert(support.is_known || (!support.pv && !support.pvh));
	return 0;
}
