/*
 * fleet_stanza: a stanza of a fleet file, whose fields are of two kinds: those
 * of a guest file, and those that only a fleet has.
 */
#ifndef FLEET_FLEET_STANZA_H
#define FLEET_FLEET_STANZA_H

#include "base/origins.h"
#include "base/stanza.h"

struct fleet_fields {
	struct strings group;
	char *address_pool;	/* as address_pool.h has it; NULL: none */
	struct origins origins;
};

struct fleet_stanza {
	struct stanza fields;	/* of the guest file */
	struct fleet_fields own;
};

/* Into an empty one, to be released in any case; its views are those of
 * `whole`. Wrong use, with a line for each, if fields of the second kind are
 * wrong. */
int fleet_stanza_split(struct fleet_stanza *parts, const char *path,
    const struct stanza *whole, struct error *err);
void fleet_stanza_release(struct fleet_stanza *stanza);

#endif
