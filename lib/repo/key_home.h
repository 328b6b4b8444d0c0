/*
 * key_home: a home directory for gpg, with nothing in it but the keys and
 * options of one keyring: $TMPDIR/mkguest-gpg.XXXXXX. It is locked (flock)
 * while it is used; those of dead runs go when the next one is made.
 */
#ifndef REPO_KEY_HOME_H
#define REPO_KEY_HOME_H

#include "base/error.h"
#include "base/text.h"

struct key_home {
	char *path;	/* NULL: there is none */
	int lock;
};

#define KEY_HOME_NONE (struct key_home){.lock = -1}

/* To be closed in any case. */
int key_home_open(struct key_home *home, struct view keys,
    struct view options, struct error *err);
/* Removes it. */
void key_home_close(struct key_home *home);

#endif
