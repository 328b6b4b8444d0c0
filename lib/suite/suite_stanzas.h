/*
 * suite_stanzas: the stanzas of the release tables: the user's and the admin's
 * suites.deb822 (config.h), then the one that comes with mkguest. Of those with
 * the same Codename the nearest counts, as a whole; with "Like: trixie" it gets
 * the fields that it does not have from that release, or, if that is its own
 * Codename, from the stanza that it hides. An empty field takes one away.
 */
#ifndef SUITE_SUITE_STANZAS_H
#define SUITE_SUITE_STANZAS_H

#include "base/error.h"
#include "base/stanza.h"

struct suite_stanza {
	const char *path;	/* of its file */
	struct stanza fields;	/* with those of Like */
};

struct suite_stanzas {
	VECTOR(struct suite_stanza) list;
	VECTOR(struct buffer) texts;	/* that all fields point into */
	struct strings paths;
};

/* The error has a line for each thing that is wrong. */
int suite_stanzas_read(struct suite_stanzas *stanzas, struct error *err);
void suite_stanzas_release(struct suite_stanzas *stanzas);

#endif
