/*
 * host_check: can this host make guests, and run them?
 */
#ifndef CHECK_HOST_CHECK_H
#define CHECK_HOST_CHECK_H

#include "check/readiness.h"

struct host_check {
	int root;	/* of the host: a descriptor of /, the caller's */
	const char *image_dir;	/* of the host; where images are to be */
	const char *user;	/* who makes guests; NULL: root */
	struct readiness *readiness;	/* takes the items */
};

/* All is read from files; nothing is run or changed. */
void host_check(const struct host_check *check);

#endif
