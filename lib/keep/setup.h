/*
 * setup: a root that is there is personalised anew: a directory, or the ext2,
 * ext3 or ext4 filesystem of an image or a block device, without a mount.
 *
 *	setup_plan	looks at everything, writes nothing; takes the locks
 *	setup_changes	what setup_run would change
 *	setup_run	changes what was asked for
 *
 * What a guest has written on an image is read and changed in a confined child
 * (base/confined.h), all at once when every change is known to fit.
 */
#ifndef KEEP_SETUP_H
#define KEEP_SETUP_H

#include "base/error.h"
#include "base/events.h"
#include "guest/guest.h"
#include "make/in_place.h"
#include "suite/suite.h"

struct setup {
	struct guest *guest;	/* what to change; the caller's */
	const char *path;
	int image;	/* the caller's: an open filesystem to be changed in
			   place of what is at the path, which is only its
			   name; -1: there is none */
	bool dry_run;	/* takes no lock */
	struct events *events;
	/* From setup_plan on: */
	struct suite_table *suites;
	const struct suite *suite;
	bool has_sshd;
	int directory;	/* the root, if it is one; else -1 */
	struct in_place disk;	/* else */
};

#define SETUP_NONE (struct setup) \
	{.image = -1, .directory = -1, .disk = IN_PLACE_NONE}
#define auto_setup __attribute__((cleanup(setup_release)))

int setup_plan(struct setup *setup, struct error *err);
/* A line for each that setup_run would make (--dry-run). */
int setup_changes(struct setup *setup, struct strings *changes,
    struct error *err);
int setup_run(struct setup *setup, struct error *err);
void setup_release(struct setup *setup);

#endif
