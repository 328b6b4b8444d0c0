/*
 * raw_disk: what is on a guest's disk, whatever format its image has, for
 * reading only.
 */
#ifndef DISK_RAW_DISK_H
#define DISK_RAW_DISK_H

#include <stdbool.h>

#include "base/error.h"
#include "base/events.h"
#include "disk/partition_table.h"

/* A descriptor of the disk's bytes: the file itself, or a copy of what a qcow2
 * image holds. */
int raw_disk_open(const char *path, bool is_qcow2, struct events *events,
    struct error *err);
/* The table that is on it; `kind` NULL: none is. */
struct partition_table raw_disk_table(int disk, const char *kind);
/* A descriptor of the filesystem: the disk, or a copy of what its last
 * partition holds. */
int raw_disk_filesystem(int disk, const char *kind, struct error *err);

#endif
