/*
 * disk_grow: an image is made larger, or a device was, and the filesystem or
 * swap space on it follows. In place: until disk_grow_make nothing is changed.
 * It may be a guest's, but not of one that runs.
 */
#ifndef MAKE_DISK_GROW_H
#define MAKE_DISK_GROW_H

#include "base/error.h"
#include "base/events.h"
#include "disk/signature.h"
#include "make/in_place.h"

struct disk_grow {
	const char *path;
	uint64_t size;	/* of an image; 0: as it is */
	bool dry_run;	/* takes no lock */
	struct events *events;
	/* From disk_grow_plan on: */
	uint64_t before;	/* bytes that it has now */
	struct in_place disk;
	struct signature signature;
};

#define auto_disk_grow __attribute__((cleanup(disk_grow_release)))

int disk_grow_plan(struct disk_grow *grow, struct error *err);
int disk_grow_make(struct disk_grow *grow, struct error *err);
void disk_grow_release(struct disk_grow *grow);

#endif
