/*
 * disk_format: one image or device gets a filesystem, outside of any guest.
 *
 *	disk_format_plan	looks at everything, writes nothing
 *	disk_format_make	makes it and puts the image in its place
 *
 * A disk that any guest has is refused, with force, too.
 */
#ifndef MAKE_DISK_FORMAT_H
#define MAKE_DISK_FORMAT_H

#include <stdbool.h>

#include "base/error.h"
#include "base/events.h"
#include "disk/filesystem.h"
#include "disk/target.h"
#include "suite/suite.h"

struct disk_format {
	const char *path;
	const char *suite;	/* name; NULL: this host's, else stable */
	bool force;	/* over what is there */
	bool wipe;	/* a device is zeroed first */
	bool dry_run;	/* nothing is tidied up beside an image */
	struct events *events;
	/* As asked for; disk_format_plan completes it. */
	struct filesystem filesystem;

	struct suite_table *suites;
	struct target_gate gate;
	struct target target;
	char *locks;
	char *uuid;
	char *hash_seed;
};

#define auto_disk_format __attribute__((cleanup(disk_format_release)))

int disk_format_plan(struct disk_format *format, struct error *err);
int disk_format_make(struct disk_format *format, struct error *err);
void disk_format_release(struct disk_format *format);

/* Where domain files of guests are looked for. */
const char *disk_format_cfg_directory(void);

#endif
