/*
 * unpacking: one path of a package on its way into the root, and how each
 * kind of file is made there.
 */
#ifndef INSTALL_UNPACKING_H
#define INSTALL_UNPACKING_H

#include "install/unpack.h"
#include "install/waiting.h"

struct unpacking {
	struct unpack *unpack;
	struct unpacked *package;
	const struct data_tar *tar;	/* its data comes from there, or */
	const struct waiting *waiting;	/* from here */
	struct unpacked_path *path;
	bool is_overridden;	/* mode and owner by statoverride */
	struct path_place place;	/* where it goes to */
	enum path_claim claim;
};

enum made { MADE, EXISTS };	/* or -1 and an error */

/* Makes what is no directory under a name in the place's directory; nothing
 * that is there is touched. */
int unpacking_make(const struct unpacking *job, const char *name,
    struct error *err);
/* Where the package's file goes to, by the diversions. Freed by the caller. */
char *unpacking_path(const struct unpacking *job, const char *path);

#endif
