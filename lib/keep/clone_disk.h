/*
 * clone_disk: one disk of a clone: an image that becomes a copy of another
 * guest's, with ids of its own; swap space is made anew. The calls in their
 * order:
 *
 *	clone_disk_plan		can it be cloned, and is there room? The old
 *				one is locked from then on
 *	clone_disk_make		the copy, which nobody can see yet
 *	target_commit		by the caller
 *
 * What a guest has written is read, and its ids are changed, in a confined
 * child; the copying itself looks at nothing.
 */
#ifndef KEEP_CLONE_DISK_H
#define KEEP_CLONE_DISK_H

#include "base/error.h"
#include "base/events.h"
#include "disk/target.h"
#include "guest/guest_disk.h"
#include "make/claims.h"

struct clone_disk {
	const struct guest_disk *old;
	const struct guest_disk *new;	/* with its path and ids */
	const struct claims *claims;
	struct target_gate gate;	/* of the new one */
	struct events *events;
	/* From clone_disk_plan on: */
	struct target source;
	int fd;	/* of the old one, for reading */
	struct target target;
};

#define CLONE_DISK_NONE .source = TARGET_NONE, .fd = -1, .target = TARGET_NONE

/* `owner` is the name of the guest that is to have it. */
int clone_disk_plan(struct clone_disk *disk, const char *owner,
    struct error *err);
int clone_disk_make(struct clone_disk *disk, struct error *err);
void clone_disk_release(struct clone_disk *disk);

#endif
