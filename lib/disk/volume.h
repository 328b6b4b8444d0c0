/*
 * volume: a block device that the system's own tools make when it is needed: a
 * logical volume of LVM, thin or not, or one of ZFS. What kind is written
 *
 *	lvm	lvm-thin:POOL	zfs
 *
 * and the device's path says the rest: /dev/GROUP/NAME, /dev/zvol/POOL/…/NAME.
 *
 * What is made carries a mark until all is complete: who makes it (the owner),
 * and for whose runs that means something (the home: this host, this state
 * directory). So the next run finds what one that was killed left behind.
 */
#ifndef DISK_VOLUME_H
#define DISK_VOLUME_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/events.h"
#include "base/vector.h"

/* One in the same group with a mark of the same home. */
struct volume_unfinished {
	char *name;
	char *owner;
};

struct volume {
	const struct volume_family *family;	/* NULL: none */
	char *path;
	char *group;	/* of volumes, or a pool */
	char *name;	/* in the group */
	char *pool;	/* of the thin ones; or NULL */
	char *home;	/* from volume_look on, as is what follows */
	char *mark;
	VECTOR(struct volume_unfinished) unfinished;
	bool is_there;	/* volume_look has seen it */
	bool is_made;	/* by volume_make, and not to be kept yet */
};

#define auto_volume __attribute__((cleanup(volume_release)))

/* From the two texts, to be released in any case. Wrong use if they are
 * wrong. */
int volume_read(struct volume *volume, const char *kind, const char *path,
    struct error *err);
/* Asks the tools: fails without them, or if there is no such group. Home and
 * owner are of letters, digits, '-' and '.'. */
int volume_look(struct volume *volume, const char *home, const char *owner,
    struct error *err);
/* The path of another in the same group; freed by the caller. */
char *volume_sibling(const struct volume *volume, const char *name);
/* Removes an unfinished one, whose owner is dead, this may be itself. */
int volume_reap(struct volume *volume, const struct volume_unfinished *other,
    struct events *events, struct error *err);
/* Of so many bytes or the next size that can be; waits for its device. */
int volume_make(struct volume *volume, uint64_t size, struct events *events,
    struct error *err);
/* What volume_make made is complete, and has no mark any more. */
int volume_unmark(const struct volume *volume, struct events *events,
    struct error *err);
/* Takes back what volume_make made, an interrupt notwithstanding. */
void volume_undo(struct volume *volume, struct events *events);
/* Removes one that was made long ago. */
int volume_remove(const struct volume *volume, struct events *events,
    struct error *err);
void volume_release(struct volume *volume);

#endif
