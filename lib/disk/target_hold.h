/*
 * target_hold: what keeps others away from a target between its check and its
 * release: a device open O_EXCL, a flock(2) on its disk, and a lock that says
 * which run is at work on it, whatever name it is called by.
 */
#ifndef DISK_TARGET_HOLD_H
#define DISK_TARGET_HOLD_H

#include "disk/target.h"

struct target_hold {
	int device;	/* a block device's; -1 once it is target->fd */
	int disk;	/* of a block device, or the one it is a partition of */
	int lock;
	char *lock_path;
};

struct target_hold *target_hold_new(void);
/* Takes the lock in gate->locks, which is made; -1 if another run has it. */
int target_hold_lock(struct target *target, const struct target_gate *gate,
    struct error *err);
/* Lets go; NULL is nothing. */
void target_hold_free(struct target_hold *hold);

#endif
