/*
 * removal: a guest goes from this host, with all that its manifest says is its
 * own.
 *
 *	removal_plan	looks at everything, removes nothing
 *	removal_run	removes it; the manifest last, so that what was ended
 *			half-way goes on where it was
 *
 * What is not there any more is fine. What was not made by us stays: disks
 * that are only attached, network disks, the data of partitions, a domain file
 * that is another guest's by now, an image that another guest has as well.
 * Refused is what is in use. Hooks of the stage "deleted" run before the
 * manifest goes, which they may want to read.
 */
#ifndef KEEP_REMOVAL_H
#define KEEP_REMOVAL_H

#include <stdbool.h>

#include "base/error.h"
#include "base/events.h"
#include "base/vector.h"
#include "disk/target.h"
#include "guest/manifest.h"
#include "install/hook_list.h"
#include "make/claims.h"

struct removal;

struct removal_item {
	const char *what;	/* domain file, image, volume … */
	char *path;
	char *stays;	/* why; NULL: it goes */
	const struct guest_disk *disk;	/* if it is one */
	struct target target;	/* of a disk that goes: held until then */
	int (*remove)(const struct removal *removal,
	    struct removal_item *item, struct error *err);
};

struct removal {
	const char *name;	/* the guest's */
	bool keep_disk;	/* images, volumes and devices stay */
	bool wipe;	/* those that go, and devices, get zeros first */
	bool dry_run;	/* takes no lock */
	struct events *events;
	/* From removal_plan on: */
	int lock;
	char *locks;	/* directory of those of the disks */
	struct manifest manifest;
	struct claims claims;
	struct hook_list hooks;
	struct removal_item *items;	/* in the order in which they go */
	size_t count;
	size_t capacity;
};

#define REMOVAL_NONE .lock = -1
#define auto_removal __attribute__((cleanup(removal_release)))

int removal_plan(struct removal *removal, struct error *err);
int removal_run(struct removal *removal, struct error *err);
void removal_release(struct removal *removal);

#endif
