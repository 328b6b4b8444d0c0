/*
 * path_owners: which package a file in the root belongs to, asked by threads
 * that unpack at the same time. A place is the inode of its directory and its
 * name, so that /bin/sh and /usr/bin/sh are one. When several packages bring
 * the same file, the first of them in the order to unpack has it, whichever
 * comes first; the others are slow: Replaces, diversions and the shared files
 * of Multi-Arch: same are for dpkg itself to judge.
 */
#ifndef INSTALL_PATH_OWNERS_H
#define INSTALL_PATH_OWNERS_H

#include <stdint.h>

#include "install/unpacked.h"

struct path_owners;

struct path_owners *path_owners_new(void);
void path_owners_free(struct path_owners *owners);

struct path_place {
	int fd;	/* of the directory */
	uint64_t directory;	/* its inode */
	const char *name;	/* the last name */
	const char *path;	/* as the package calls it */
};

enum path_claim {
	CLAIM_LOST,	/* the package has become slow */
	CLAIM_FIRST,
	CLAIM_WON,	/* from another, or again; a file may be there */
};

enum path_claim path_owners_claim(struct path_owners *owners,
    const struct path_place *place, struct unpacked *package);
/* Does it still belong to the package? */
bool path_owners_has(struct path_owners *owners,
    const struct path_place *place, const struct unpacked *package);
/*
 * Renames `temporary` in the open directory to place->name if that is still
 * the package's own, else removes it; nobody can claim it meanwhile.
 * -1 with errno set.
 */
int path_owners_rename(struct path_owners *owners,
    const struct path_place *place, const struct unpacked *package,
    const char *temporary);

#endif
