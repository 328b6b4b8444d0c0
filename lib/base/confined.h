/*
 * confined: a function run in a child that can do nothing but compute and use
 * the descriptors that are open already: no file is opened, no program run, no
 * socket made (seccomp), memory, processor time and what it writes are bounded.
 * For parsing what a guest may have written.
 *
 * `prepare` runs in the child before that, and may open things; either may be
 * NULL. Results leave by descriptors (a pipe, a memfd); the child's error
 * becomes ours.
 */
#ifndef BASE_CONFINED_H
#define BASE_CONFINED_H

#include <stdint.h>

#include "base/error.h"

struct confined {
	int (*prepare)(void *context, struct error *err);
	int (*run)(void *context, struct error *err);
	void *context;
	uint64_t file_max;	/* bytes, how long a file may get that it
				   writes; 0: 1 GiB */
};

int confined_run(const struct confined *confined, struct error *err);

#endif
