#include "base/build_id.h"

const char *
build_id(void)
{
	return MKGUEST_BUILD_ID;
}
