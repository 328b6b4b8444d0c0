/*
 * device: what /dev holds in every root that leaves us: the directory and the
 * fourteen static entries that mmdebstrap and debootstrap agree on. Given by
 * tree_walk instead of what the staging directory has there.
 */
#ifndef TREE_DEVICE_H
#define TREE_DEVICE_H

#include <sys/types.h>

struct tree_device {
	const char *path;	/* as in an entry: "./dev/null" */
	mode_t mode;	/* with the type */
	unsigned major, minor;	/* of a character device */
	const char *target;	/* of a symlink */
};

/* Sorted, ./dev itself first; path NULL ends. */
extern const struct tree_device tree_devices[];

#endif
