/*
 * run_disk: one disk of a run, from the look at its target to its commit.
 *
 *	run_disk_plan	whose is it, and is it safe; nothing is written
 *	run_disk_adopt	what a filesystem that stays is called
 *	run_disk_check	is there room for what it is to hold
 *	run_disk_begin	a volume made; opened for writing, and looked at once more
 *	run_disk_make	wiped, its filesystem made; or only looked at, if it stays
 *	run_disk_clone	instead: wiped, and a copy of an image
 *	run_disk_fd	where that is, to be filled
 *	run_disk_finish	what it holds is complete: put into its table and format
 *	run_disk_sync	what was written is on the disk
 *	run_disk_name	an image has a temporary name; a volume that was made
 *			is no unfinished one any more
 *	run_disk_put	an image has its name
 *	run_disk_settle	that is on the disk, too; it is let go
 */
#ifndef MAKE_RUN_DISK_H
#define MAKE_RUN_DISK_H

#include "base/events.h"
#include "disk/filesystem.h"
#include "disk/partition_table.h"
#include "disk/target.h"
#include "disk/volume.h"
#include "guest/guest.h"
#include "make/claims.h"
#include "suite/suite.h"

struct run_disk {
	const struct guest_disk *disk;	/* the guest's */
	const struct suite *suite;
	const char *architecture;	/* the guest's */
	struct events *events;
	const struct claims *claims;	/* the run's */
	struct target_gate gate;
	struct target target;
	struct volume volume;	/* that is made in run_disk_begin; or none */
	bool wipe;
	bool keeps;	/* the filesystem that is there is filled */
	struct signature kept;	/* … which is this */
	bool is_touched;	/* from run_disk_make on, until the commit */
	struct partition_table table;	/* around that; or none */
	struct filesystem filesystem;	/* what is made on it */
	uint64_t used;	/* bytes of the tree that it takes */
	int staged;	/* what is yet to be put into the target; or -1 */
	bool full;	/* an image gets all its room at once */
};

#define auto_run_disk __attribute__((cleanup(run_disk_release)))
#define RUN_DISK_NONE (struct run_disk){.target = TARGET_NONE, .staged = -1}

/* Only what is to be made, on a disk of that size, by `disk` and `suite`. */
int run_disk_describe(struct run_disk *disk, uint64_t size,
    struct error *err);
/* Of one with no target yet, whose gate says where locks are. If that looks
 * only, nothing is tidied up beside an image. */
int run_disk_plan(struct run_disk *disk, const struct guest *guest,
    struct error *err);
/* A filesystem that stays has its type and UUID already: the guest's are
 * these then. */
void run_disk_adopt(const struct run_disk *disk, struct guest_disk *own);
int run_disk_check(const struct run_disk *disk, struct error *err);
/* The first half of that: is the filesystem large enough? */
int run_disk_check_size(const struct run_disk *disk, struct error *err);
int run_disk_begin(struct run_disk *disk, struct error *err);
int run_disk_make(struct run_disk *disk, struct error *err);
/* As large as the filesystem; of our own making. */
int run_disk_clone(struct run_disk *disk, int image, struct error *err);
int run_disk_fd(const struct run_disk *disk);
int run_disk_finish(struct run_disk *disk, struct error *err);
int run_disk_sync(const struct run_disk *disk, struct error *err);
int run_disk_name(struct run_disk *disk, struct error *err);
int run_disk_put(struct run_disk *disk, struct error *err);
int run_disk_settle(struct run_disk *disk, struct error *err);
/* All is in its place: nothing of it is to be taken back any more. */
void run_disk_keep(struct run_disk *disk);
void run_disk_release(struct run_disk *disk);

/* "/srv/debian1.img (2.0 GiB, ext4 on /)", freed by the caller. */
char *run_disk_text(const struct run_disk *disk);

#endif
