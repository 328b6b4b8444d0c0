/*
 * guest_disks: all disks of a guest, in the order of its domain file, the
 * root's first.
 */
#ifndef GUEST_GUEST_DISKS_H
#define GUEST_GUEST_DISKS_H

#include "base/faults.h"
#include "base/vector.h"
#include "guest/guest_disk.h"

struct guest_disks {
	struct guest_disk *items;
	size_t count;
	size_t capacity;
};

/* Where that goes which has no path of its own. */
struct guest_place {
	const char *root, *swap;	/* paths */
	const char *volume;	/* as volume.h has it; NULL: images */
	const char *option;	/* that names the place */
};

/* What was asked for. */
struct guest_disk_words {
	const struct strings *disk, *swap;
	uint64_t size;	/* of the root; 0: not given */
	const char *table;	/* of the root, unless it says; NULL: none */
	bool blank;	/* an installer makes all that is on them */
};

/*
 * Those of --disk, the root on volumes or if there is none, then those of
 * --swap, which may be a size only; checks that all go together, fills in what
 * was not asked for and puts the root first. Blank disks have no root.
 */
void guest_disks_read(struct guest_disks *disks,
    const struct guest_disk_words *words, const struct guest_place *place,
    struct faults *faults);
/* The filesystem of the release, where none was asked for. */
void guest_disks_set_fs(struct guest_disks *disks, const char *fs);
/* Each gets its UUID and hash seed, as guest_make_ids says. */
void guest_disks_make_ids(struct guest_disks *disks,
    const struct identity *identity);
void guest_disks_release(struct guest_disks *disks);

#endif
