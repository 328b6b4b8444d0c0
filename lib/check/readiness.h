/*
 * readiness: what is there, and what is not, for something to be done: an item
 * for each thing that it takes, with what to do where it is not there.
 *
 *	readiness_begin(&readiness, "bridge");
 *	readiness_say(&readiness, READINESS_MISSING, "add it", "no '%s'", name);
 */
#ifndef CHECK_READINESS_H
#define CHECK_READINESS_H

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
	VECTOR(struct readiness_item) items;	/* in a fixed order */
	size_t missing;	/* of these */
};

#define auto_readiness __attribute__((cleanup(readiness_release)))

/* A new item, of which something is to be said; the name is the caller's. */
void readiness_begin(struct readiness *readiness, const char *name);
/* Of the last item, once; both texts are copied. */
void readiness_say(struct readiness *readiness, enum readiness_state state,
    const char *fix, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
void readiness_release(struct readiness *readiness);

#endif
