/*
 * disk_spec: one entry of a domain file's disk list
 * (xl-disk-configuration(5), and xm's older forms), read as xl reads it.
 */
#ifndef XEN_DISK_SPEC_H
#define XEN_DISK_SPEC_H

#include <stdbool.h>

#include "base/buffer.h"
#include "base/text.h"

/* All views point into the text or are constants; absent is what it does not
 * name. */
struct disk_spec {
	struct view target;	/* file, device or what the script is told;
				   without prefixes such as "phy:" */
	struct view format;	/* raw, qcow2, … */
	struct view script;	/* block-drbd: the target is a network disk */
	struct view vdev;
	struct view access;
	struct view backend;	/* the domain that has it */
	struct view backend_type;	/* phy, qdisk, … */
	struct view specification;	/* xen, virtio */
	struct view grant_usage;	/* 0, 1 */
	struct view trust;	/* "trusted" or "untrusted", if it says so */
	struct view prefix;	/* the last of those that xl only tolerates */
	bool is_cdrom;
	/* What xl refuses it for, NULL if for nothing, and the part of it that
	 * is meant. What was read before stands. */
	const char *fault;
	struct view near;
};

/* What a vdev stands for. */
struct vdev {
	const char *kind;	/* xvd | hd | sd | d */
	unsigned disk;	/* 0: the first */
	unsigned partition;	/* 0: the whole disk */
};

struct disk_spec disk_spec_read(const char *text);
/* As xl wants it written today: parameters by name, the target last. */
void disk_spec_write(const struct disk_spec *spec, struct buffer *text);
/* As xen-vbd-interface(7) has it; false if xl knows no such one, or it is a
 * bare number. */
bool vdev_read(struct view text, struct vdev *vdev);

#endif
