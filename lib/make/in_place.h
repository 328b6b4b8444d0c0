/*
 * in_place: an image or a block device that is there, whatever guest's, and is
 * changed as it stands. All refusals of target.h hold, and so does that of a
 * domain that runs on it.
 */
#ifndef MAKE_IN_PLACE_H
#define MAKE_IN_PLACE_H

#include "disk/target.h"

struct in_place {
	struct target target;	/* open for writing after in_place_open */
	struct target_gate gate;
	char *locks;
};

#define IN_PLACE_NONE (struct in_place){.target = TARGET_NONE}

/* With looks_only it is not locked. Released in any case. */
int in_place_open(struct in_place *disk, const char *path, bool looks_only,
    struct error *err);
int in_place_commit(struct in_place *disk, struct error *err);
void in_place_release(struct in_place *disk);

#endif
