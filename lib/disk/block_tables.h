/*
 * block_tables: what the kernel tells of block devices in /proc and /sys, and
 * udev in its database. Devices are named by their numbers. A test has trees
 * of its own there.
 */
#ifndef DISK_BLOCK_TABLES_H
#define DISK_BLOCK_TABLES_H

#include <stdbool.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "base/buffer.h"
#include "base/error.h"
#include "base/vector.h"

struct block_tables {
	int proc;	/* descriptors of directories */
	int sys;
	int udev;	/* -1: there is none */
};

struct block_devices {
	dev_t *items;
	size_t count;
	size_t capacity;
};

#define BLOCK_TABLES_NONE {.proc = -1, .sys = -1, .udev = -1}
#define auto_block_tables __attribute__((cleanup(block_tables_close)))
#define auto_block_devices __attribute__((cleanup(block_devices_release)))

int block_tables_open(struct block_tables *tables, struct error *err);
void block_tables_close(struct block_tables *tables);

/* The text of a device's file in sysfs, trimmed, freed by the caller; NULL if
 * it is not there. */
char *block_attribute(const struct block_tables *tables, dev_t device,
    const char *name);
bool block_has(const struct block_tables *tables, dev_t device,
    const char *name);
/* "/dev/sda1", as the kernel calls it; freed by the caller. */
char *block_node(const struct block_tables *tables, dev_t device);
/* The disk that a partition is on; any other device itself. */
dev_t block_disk(const struct block_tables *tables, dev_t device);
/* Adds the devices that "holders" or "slaves" of this one lists. */
void block_list(const struct block_tables *tables, dev_t device,
    const char *directory, struct block_devices *devices);
void block_partitions(const struct block_tables *tables, dev_t device,
    struct block_devices *devices);
void block_devices_release(struct block_devices *devices);

/* Appends the text of a file in /proc; one that cannot be read says nothing. */
void block_proc_text(const struct block_tables *tables, const char *path,
    struct buffer *text);
/* A field of /proc without the kernel's \040; freed by the caller. */
char *block_proc_path(struct view field);
/* Field `number` (from 0) of a line; absent if there are fewer. */
struct view block_proc_field(struct view line, size_t number);

#endif
