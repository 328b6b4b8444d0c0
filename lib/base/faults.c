#include "base/faults.h"

void
faults_add(struct faults *faults, const char *option, size_t number,
    struct error *one)
{
	if (option)
		origins_blame(faults->origins, option, number, one);
	error_add(faults->err, one);
	faults->count++;
}

int
faults_result(const struct faults *faults)
{
	return faults->count ? -1 : 0;
}
