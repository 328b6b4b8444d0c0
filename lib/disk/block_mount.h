/*
 * block_mount: what is mounted in a process's mount namespace
 * (proc_pid_mountinfo(5)).
 */
#ifndef DISK_BLOCK_MOUNT_H
#define DISK_BLOCK_MOUNT_H

#include "disk/block_tables.h"

struct block_mount {
	char *place;	/* the mount point */
	dev_t device;	/* below it; 0 if it is none */
};

struct block_mounts {
	struct block_mount *items;
	size_t count;
	size_t capacity;
};

#define auto_block_mounts __attribute__((cleanup(block_mounts_release)))

/* Adds those of a process, "self" or a number; none if they cannot be read. */
void block_mounts_read(const struct block_tables *tables, const char *process,
    struct block_mounts *mounts);
void block_mounts_release(struct block_mounts *mounts);

#endif
