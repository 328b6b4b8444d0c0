/*
 * transfer: from a sparse memory file, in which a program made a filesystem,
 * onto the block device that the file stands for: programs insist on opening a
 * device exclusively, which nobody can while we hold it.
 */
#ifndef DISK_TRANSFER_H
#define DISK_TRANSFER_H

#include <stdint.h>

#include "base/error.h"

struct transfer {
	int memory;
	int device;
	char *chunk;
};

#define auto_transfer __attribute__((cleanup(transfer_release)))

/* Wipes both ends of the device first, where other formats have their marks. */
int transfer_begin(struct transfer *transfer, int memory, int device,
    struct error *err);
/* From byte `start` to `end`: what was written, */
int transfer_data(struct transfer *transfer, uint64_t start, uint64_t end,
    struct error *err);
/* … and zeros for what was not. */
int transfer_all(struct transfer *transfer, uint64_t start, uint64_t end,
    struct error *err);
/* From its beginning to its end: both ends wiped, then what was written. */
int transfer_whole(int memory, int device, struct error *err);
void transfer_release(struct transfer *transfer);

#endif
