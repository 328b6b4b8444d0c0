#include "base/epoch.h"

#include <stdlib.h>
#include <time.h>

#include "base/size.h"

int64_t
source_date_epoch(void)
{
	auto_error struct error ignored = {0};
	const char *text = getenv("SOURCE_DATE_EPOCH");
	uint64_t seconds;

	if (!text || number_parse(view_of(text), &seconds, &ignored) < 0 ||
	    seconds > INT64_MAX)
		return -1;
	return (int64_t)seconds;
}

int64_t
epoch_or_now(void)
{
	int64_t epoch = source_date_epoch();

	return epoch >= 0 ? epoch : (int64_t)time(NULL);
}
