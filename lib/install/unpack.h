/*
 * unpack: writes a .deb's data below the root the way dpkg does: directories
 * and links to directories that are there stay as they are; everything else
 * replaces what was there in one rename; then owner, mode, time in whole
 * seconds. Nothing leads out of the root. Directories get their owner, mode
 * and time last, by new_directories_finish.
 */
#ifndef INSTALL_UNPACK_H
#define INSTALL_UNPACK_H

#include "install/parent.h"
#include "install/unpack_rules.h"

/* One thread's. */
struct unpack {
	struct parent parent;	/* with the root */
	struct path_owners *owners;
	const struct unpack_rules *rules;
	int annex;	/* of unpack_ahead and unpack_place; -1: there is none */
};

/*
 * Of package->deb. The package is filled. Of a slow one (see unpacked.h) some
 * files may have come into the root, which dpkg then writes again.
 */
int unpack_deb(struct unpack *unpack, struct unpacked *package,
    struct error *err);
/*
 * The same in two parts. The first, which needs the time, leaves the root
 * alone: the regular files wait, complete, in a directory of the annex, which
 * is on the root's filesystem. The second puts all into the root as it is by
 * then.
 */
int unpack_ahead(struct unpack *unpack, struct unpacked *package,
    struct error *err);
int unpack_place(struct unpack *unpack, struct unpacked *package,
    struct error *err);
void unpack_release(struct unpack *unpack);

#endif
