/*
 * unpack: writes a .deb's data below the root the way dpkg does: directories
 * and links to directories that are there stay as they are; everything else
 * replaces what was there in one rename; then owner, mode, time in whole
 * seconds. Nothing leads out of the root. Directories get their owner, mode
 * and time last, by unpack_directories.
 */
#ifndef INSTALL_UNPACK_H
#define INSTALL_UNPACK_H

#include "install/path_owners.h"
#include "install/unpack_rules.h"

/* One thread's; zeroed but for the first four. */
struct unpack {
	int root;
	struct path_owners *owners;
	const struct unpack_rules *rules;
	int annex;	/* of unpack_ahead and unpack_place: where files wait */
	int parent;	/* of the file before, kept open */
	uint64_t parent_inode;
	char *parent_path;	/* NULL: none is open */
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

/*
 * For the directories that these packages made: the first package in this
 * order that has a directory decides over it. As with dpkg, only those keep
 * the package's time that no file was put into.
 */
int unpack_directories(int root, struct unpacked *const *packages,
    size_t count, struct error *err);

#endif
