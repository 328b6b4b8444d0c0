/*
 * child: a function run in a child process. Its error becomes ours; nothing
 * else of what it does to our memory comes back.
 */
#ifndef BASE_CHILD_H
#define BASE_CHILD_H

#include "base/error.h"

struct child {
	const char *name;	/* "the reader", for the error */
	int (*run)(void *context, struct error *err);
	void *context;
};

int child_run(const struct child *child, struct error *err);

#endif
