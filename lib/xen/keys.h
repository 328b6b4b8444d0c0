/*
 * keys: the keys of a domain file that xl reads, release by release of Xen 4
 * (xl.cfg(5), and what tools/xl asks for in each). A version is a minor number:
 * 17 is Xen 4.17.
 */
#ifndef XEN_KEYS_H
#define XEN_KEYS_H

#include <stdbool.h>

#include "base/error.h"
#include "base/text.h"

enum { XEN_OLDEST = 4, XEN_NEWEST = 22 };

/* What a key's value may be; a number may stand in quotes. */
enum {
	KEY_TEXT = 1,
	KEY_NUMBER = 2,
	KEY_BOOL = 4,
	KEY_LIST = 8,
	KEY_FILE = 16 | KEY_TEXT,	/* a text that is the path of a file */
	KEY_SECRET = 32 | KEY_TEXT,	/* … that nobody else may read */
};

struct key {
	const char *name;
	unsigned kinds;
	unsigned since;	/* 0: the oldest */
	unsigned until;	/* 0: the newest */
};

/* NULL: no release of xl knows it. */
const struct key *key_find(struct view name);
/* Could a domain file have it? Wrong use if not. */
int key_name_check(const char *name, struct error *err);
/* Of "4.N"; wrong use if it is none that is known. */
int xen_version_read(const char *text, unsigned *version, struct error *err);
/* Has it all of KEY_FILE, or of KEY_SECRET? */
bool key_is(const struct key *key, unsigned kind);
/* The key that was meant by one that is unknown; NULL: none is near. */
const struct key *key_nearest(struct view name);

#endif
