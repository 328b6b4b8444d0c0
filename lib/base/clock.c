#include "base/clock.h"

#include <time.h>

double
clock_seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

int64_t
clock_ms(void)
{
	return (int64_t)(clock_seconds() * 1000);
}
