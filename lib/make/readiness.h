/*
 * readiness: can this host make guests, and run them? One item for each thing
 * that it takes, with what to do where it is not there.
 */
#ifndef MAKE_READINESS_H
#define MAKE_READINESS_H

#include "base/vector.h"

enum readiness_state {
	READINESS_GOOD,
	READINESS_ADVICE,	/* it goes without */
	READINESS_MISSING,
};

struct readiness_item {
	const char *name;
	enum readiness_state state;
	char *text;	/* what is there, or is not */
	char *fix;	/* what to do; NULL: nothing */
};

struct readiness {
	int root;	/* of the host: a descriptor of /, the caller's */
	const char *image_dir;	/* of the host; where images are to be */
	const char *user;	/* who makes guests; NULL: root */
	VECTOR(struct readiness_item) items;	/* in a fixed order */
	size_t missing;
};

#define auto_readiness __attribute__((cleanup(readiness_release)))

/* Adds the items. All is read from files; nothing is run or changed. */
void readiness_check(struct readiness *readiness);
void readiness_release(struct readiness *readiness);

#endif
