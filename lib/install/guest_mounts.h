/*
 * guest_mounts: what a guest's programs need around them while they are
 * installed: /proc (without it ischroot(1) takes the chroot for the real
 * thing), a private /dev with the few nodes that count, /dev/pts, and /sys to
 * read where that can be had. Must run in a private mount namespace.
 */
#ifndef INSTALL_GUEST_MOUNTS_H
#define INSTALL_GUEST_MOUNTS_H

#include <stdbool.h>

#include "base/error.h"

struct guest_mounts {
	int root;	/* the caller's */
	unsigned skip;	/* what of it, see skip.h */
	bool binds_nodes;	/* the host's nodes, as users must */
	int mounted[3];	/* descriptors of the mounts; closed by _down */
	unsigned count;
	bool has_mknod;	/* this user may make device nodes */
};

/* The caller has set root, skip and binds_nodes. */
int guest_mounts_up(struct guest_mounts *mounts, struct error *err);
/* Lazily, so that a daemon that was left behind cannot stop it. */
int guest_mounts_down(struct guest_mounts *mounts, struct error *err);

/* The nodes that every root has in its own /dev, where this user may make them;
 * those that are there stay. */
int guest_mounts_static_nodes(int root, struct error *err);

#endif
