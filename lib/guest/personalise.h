/*
 * personalise: what makes a root a particular guest, file edits only, as a
 * table of steps. No guest program runs, so it works on a directory and on an
 * ext image alike (tree/edit.h).
 */
#ifndef GUEST_PERSONALISE_H
#define GUEST_PERSONALISE_H

#include "base/error.h"
#include "base/events.h"
#include "guest/guest.h"
#include "tree/edit.h"

struct personalise_step {
	const char *name;	/* hostname, fstab, network … */
	int (*run)(struct tree_edit *edit, const struct guest *guest,
	    const struct suite *suite, struct error *err);
};

extern const struct personalise_step personalise_steps[];	/* name NULL ends */

int personalise(struct tree_edit *edit, const struct guest *guest,
    const struct suite *suite, struct events *events, struct error *err);

/* The guest's apt sources: their path and their text. */
void apt_sources_text(const struct suite *suite, const char *mirror,
    char **path, struct buffer *text);

/* crypt(5) of a password by libcrypt with the suite's method. */
int password_hash(const struct suite *suite, const char *password, char **hash,
    struct error *err);
char *password_random(void);	/* 16 characters; free with memory_free_secret */

#endif
