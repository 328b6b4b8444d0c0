#include "install/sync_filter.h"

#include <errno.h>
#include <seccomp.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/memory.h"

struct sync_filter {
	scmp_filter_ctx context;
};

static const int calls[] = {
	SCMP_SYS(fsync), SCMP_SYS(fdatasync), SCMP_SYS(sync),
	SCMP_SYS(syncfs), SCMP_SYS(sync_file_range),
	SCMP_SYS(sync_file_range2), SCMP_SYS(arm_sync_file_range),
	SCMP_SYS(msync),
};

/* The other system call tables of machines that Debian runs on. */
static const struct {
	uint32_t native;
	uint32_t others[2];
} tables[] = {
	{SCMP_ARCH_X86_64, {SCMP_ARCH_X86, SCMP_ARCH_X32}},
	{SCMP_ARCH_AARCH64, {SCMP_ARCH_ARM}},
	{SCMP_ARCH_MIPSEL64, {SCMP_ARCH_MIPSEL, SCMP_ARCH_MIPSEL64N32}},
	{SCMP_ARCH_PPC64, {SCMP_ARCH_PPC}},
	{SCMP_ARCH_S390X, {SCMP_ARCH_S390}},
};

static int
add_tables(scmp_filter_ctx context)
{
	uint32_t native = seccomp_arch_native();

	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		for (size_t j = 0; j < 2; j++)
			if (tables[i].native == native && tables[i].others[j] &&
			    seccomp_arch_add(context, tables[i].others[j]) < 0)
				return -1;
	return 0;
}

static int
fill(scmp_filter_ctx context)
{
	/* no_new_privs would take setuid programs their rights; the
	 * speculation barrier would only make all children slower */
	if (seccomp_attr_set(context, SCMP_FLTATR_CTL_NNP, 0) < 0 ||
	    seccomp_attr_set(context, SCMP_FLTATR_CTL_SSB, 1) < 0 ||
	    seccomp_attr_set(context, SCMP_FLTATR_ACT_BADARCH,
	    SCMP_ACT_ALLOW) < 0 || add_tables(context) < 0)
		return -1;
	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		if (seccomp_rule_add(context, SCMP_ACT_ERRNO(0), calls[i],
		    0) < 0)
			return -1;
	return 0;
}

struct sync_filter *
sync_filter_new(struct error *err)
{
	struct sync_filter *filter = memory_new(struct sync_filter);

	filter->context = seccomp_init(SCMP_ACT_ALLOW);
	if (filter->context && fill(filter->context) == 0)
		return filter;
	sync_filter_free(filter);
	error_set(err, "libseccomp cannot make a filter for this machine");
	return NULL;
}

int
sync_filter_load(const struct sync_filter *filter)
{
	int result = seccomp_load(filter->context);

	if (result == 0)
		return 0;
	errno = -result;
	return -1;
}

void
sync_filter_free(struct sync_filter *filter)
{
	if (!filter)
		return;
	if (filter->context)
		seccomp_release(filter->context);
	free(filter);
}
