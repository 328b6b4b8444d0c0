/*
 * partition_table: of a whole disk with one filesystem on it, written by
 * libfdisk. All begins at whole MiB; the filesystem's partition is the last and
 * takes the rest. In front of it on a disk that boots is room for what firmware
 * reads: with GPT a partition of 1 MiB for a BIOS's boot code and an EFI system
 * partition of 32 MiB, with MBR the gap after the table for a BIOS.
 */
#ifndef DISK_PARTITION_TABLE_H
#define DISK_PARTITION_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

struct partition_table {
	const char *kind;	/* gpt, mbr; NULL: there is none */
	const char *uuid;	/* of the table; the partitions' follow from it */
	uint64_t size;	/* bytes of the disk */
	bool boots;
	bool is_swap;	/* what the last partition holds */
};

/* A part of a disk, in bytes. */
struct extent {
	uint64_t start, length;
};

/* Is there such a kind? */
bool partition_table_is_kind(const char *kind);
/* Where the filesystem is. */
struct extent partition_table_content(const struct partition_table *table);
/* Its partition's number, from 1. */
unsigned partition_table_number(const struct partition_table *table);
/* Where a BIOS's boot code goes, beyond the first sector. */
struct extent partition_table_bios(const struct partition_table *table);
/* The EFI system partition; its length is 0 if there is none. */
struct extent partition_table_efi(const struct partition_table *table);
/* `disk` is a descriptor of the image or device. */
int partition_table_write(const struct partition_table *table, int disk,
    struct error *err);
/* Copies `content`, a sparse file, to its place; nothing of what a device held
 * remains visible. Before partition_table_write. */
int partition_table_fill(const struct partition_table *table, int content,
    int disk, struct error *err);
/* The other way round, into an empty file. */
int partition_table_extract(const struct partition_table *table, int disk,
    int content, struct error *err);

#endif
