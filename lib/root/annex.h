/*
 * annex: a directory beside the root that is being made, on its filesystem
 * and out of the guest's sight. The root's own directory begins in it, and
 * files wait in it until they may enter the root. It is locked while it is
 * used, and what a dead run left is found by its name: that of the root's
 * directory and ".annex".
 */
#ifndef ROOT_ANNEX_H
#define ROOT_ANNEX_H

#include "base/error.h"

struct annex {
	int fd;
	int parent;	/* not ours */
	char *name;	/* NULL: there is none */
};

/* Beside `root`, a name in the directory `parent`. */
int annex_open(struct annex *annex, int parent, const char *root,
    struct error *err);
/* Makes the directory `root` beside it. */
int annex_make_root(const struct annex *annex, const char *root,
    struct error *err);
/* The name that goes with a root's directory; freed by the caller. */
char *annex_name(const char *root);
/* Removes it. */
void annex_close(struct annex *annex);

#endif
