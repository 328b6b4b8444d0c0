/*
 * private_mount: a filesystem that only the kernel writes, mounted where
 * nobody sees it: it has no place in any tree, only a descriptor, and is gone
 * with the last copy of that. For what we made ourselves, and as root.
 */
#ifndef DISK_PRIVATE_MOUNT_H
#define DISK_PRIVATE_MOUNT_H

#include <stdbool.h>

#include "base/command.h"
#include "base/error.h"
#include "tree/walk.h"

/* As root of this host, not of a user namespace, the kernel mounts disks. */
bool private_mount_is_possible(void);

struct private_mount {
	int directory;	/* for *at() calls */
	int loop;	/* the device below, or -1 */
};

#define auto_private_mount __attribute__((cleanup(private_mount_release)))
#define PRIVATE_MOUNT_NONE {.directory = -1, .loop = -1}

/* What is on fd, an image or a device that may be held O_EXCL. */
int private_mount_open(struct private_mount *mount, const char *type, int fd,
    struct error *err);
/* An empty directory in memory; inside a user namespace, too. */
int private_mount_memory(struct private_mount *mount, struct error *err);

/* The whole tree into it; nothing is synced. */
int private_mount_fill(const struct private_mount *mount,
    const struct tree_walk *walk, struct error *err);

/* For a program that wants a path: it alone sees the mount there. */
#define PRIVATE_MOUNT_PATH "/tmp"
void private_mount_pass(const struct private_mount *mount,
    struct command *command);

/* Unmounts; what was written is then in the image's pages. */
void private_mount_release(struct private_mount *mount);

#endif
