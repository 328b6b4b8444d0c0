/*
 * update: a guest that does not run is brought up to date. Its tree is read out
 * of its disk, upgraded by its own apt in a sandbox (keep/update_root.h), and
 * becomes a new filesystem with the same UUID and label, which takes the place
 * of the old one when all is done. If no package has changed nothing is
 * written.
 *
 *	update_plan	looks at everything, writes nothing
 *	update_run	does it; what fails leaves the guest as it was
 *
 * A device has no place for a second filesystem: it is written over, which has
 * to be asked for.
 */
#ifndef KEEP_UPDATE_H
#define KEEP_UPDATE_H

#include "base/error.h"
#include "base/events.h"
#include "guest/guest.h"
#include "guest/manifest.h"
#include "make/run_disk.h"

struct update {
	const char *name;	/* the guest's */
	bool in_place;	/* a device may be written over */
	bool dry_run;	/* all but the writing */
	const char *cache_dir;	/* NULL: the cache's own default */
	struct events *events;
	/* From update_plan on: */
	int lock;
	char *locks;
	struct manifest manifest;
	struct guest guest;	/* whose disks they are */
	struct suite_table *suites;
	struct claims claims;
	struct run_disk disk;	/* the root's */
	int image;	/* what is on it, for reading */
	/* From update_run on: lines "NAME OLD NEW", see update_root.h. */
	struct strings changes;
};

#define UPDATE_NONE .lock = -1, .image = -1, .disk = RUN_DISK_NONE
#define auto_update __attribute__((cleanup(update_release)))

int update_plan(struct update *update, struct error *err);
int update_run(struct update *update, struct error *err);
void update_release(struct update *update);

#endif
