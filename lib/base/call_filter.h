/*
 * call_filter: the only system calls that a process may make from now on
 * (seccomp(2)); all others fail with EPERM. For what reads a stranger's bytes.
 */
#ifndef BASE_CALL_FILTER_H
#define BASE_CALL_FILTER_H

#include <seccomp.h>
#include <stddef.h>

struct call_filter {
	const int *allowed;	/* SCMP_SYS numbers */
	size_t count;
	/* Rules that look at arguments: 0, or a negative errno; or NULL. */
	int (*more)(scmp_filter_ctx filter);
};

/* For this process and those that it starts; -1 with errno set. */
int call_filter_load(const struct call_filter *filter);

#endif
