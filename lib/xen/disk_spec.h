/*
 * disk_spec: one entry of a domain file's disk list
 * (xl-disk-configuration(5), and xm's older forms).
 */
#ifndef XEN_DISK_SPEC_H
#define XEN_DISK_SPEC_H

#include "base/text.h"

/* All views point into the text or are constants; absent is what it does not
 * name. */
struct disk_spec {
	struct view target;	/* file, device or what the script is told;
				   without prefixes such as "phy:" */
	struct view format;	/* raw, qcow2, … */
	struct view script;	/* block-drbd: the target is a network disk */
};

struct disk_spec disk_spec_read(const char *text);

#endif
