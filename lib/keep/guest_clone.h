/*
 * guest_clone: a guest that is there, and does not run, becomes another one as
 * well: its images are copied, and the copies get a name, addresses and ids of
 * their own, as with mkguest-setup --reset; what it has learnt and what was
 * installed in it stays.
 *
 *	guest_clone_plan	looks at everything, writes nothing
 *	guest_clone_writes	what guest_clone_make would write
 *	guest_clone_make	images, domain file and manifest, or none
 *
 * Its network cards are those of the other, with new MAC addresses, unless
 * --nic says which it has. A guest with a fixed address needs that.
 */
#ifndef KEEP_GUEST_CLONE_H
#define KEEP_GUEST_CLONE_H

#include "base/error.h"
#include "base/events.h"
#include "guest/guest.h"
#include "guest/manifest.h"
#include "keep/clone_disk.h"
#include "keep/setup.h"

struct guest_clone {
	const char *from;	/* a guest's name */
	struct guest *guest;	/* the caller's: the other's name, what of
				   identity_options it is to have, where its
				   files go; guest_clone_plan completes it */
	bool dry_run;	/* takes no lock */
	struct events *events;
	/* From guest_clone_plan on: */
	int locks[2];	/* of both guests */
	char *lock_directory;
	struct claims claims;
	struct manifest old, new;
	struct setup setup;
	VECTOR(struct clone_disk) disks;	/* the root's first */
};

#define GUEST_CLONE_NONE .locks = {-1, -1}, .setup = SETUP_NONE
#define auto_guest_clone __attribute__((cleanup(guest_clone_release)))

int guest_clone_plan(struct guest_clone *clone, struct error *err);
/* One line a write: "WHAT PATH". */
void guest_clone_writes(const struct guest_clone *clone,
    struct strings *writes);
int guest_clone_make(struct guest_clone *clone, struct error *err);
void guest_clone_release(struct guest_clone *clone);

#endif
