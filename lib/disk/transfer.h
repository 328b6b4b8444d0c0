/*
 * transfer: from a sparse file (or a device) onto a file or a block device, at the same
 * places. Most often the file is one in memory, in which a program made a
 * filesystem for a device: programs insist on opening a device exclusively,
 * which nobody can while we hold it.
 */
#ifndef DISK_TRANSFER_H
#define DISK_TRANSFER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

struct transfer {
	int from;
	int to;
	int64_t shift;	/* how much further it goes in `to` */
	bool reads;	/* the kernel alone cannot do it */
	char *chunk;
};

#define auto_transfer __attribute__((cleanup(transfer_release)))

/* Both stay the caller's; `to` is a file. */
void transfer_start(struct transfer *transfer, int from, int to);
/* For a device: wipes both ends of it, where other formats have their marks. */
int transfer_begin(struct transfer *transfer, int from, int device,
    struct error *err);
/* From byte `start` to `end`: what was written, */
int transfer_data(struct transfer *transfer, uint64_t start, uint64_t end,
    struct error *err);
/* … and zeros for what was not. */
int transfer_all(struct transfer *transfer, uint64_t start, uint64_t end,
    struct error *err);
/* Zeros alone, of which `from` knows nothing. */
int transfer_zeros(struct transfer *transfer, uint64_t start,
    uint64_t length, struct error *err);
/* From its beginning to its end: both ends wiped, then what was written. */
int transfer_whole(int from, int device, struct error *err);
void transfer_release(struct transfer *transfer);

#endif
