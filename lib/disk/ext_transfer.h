/*
 * ext_transfer: a fresh ext filesystem from a sparse memory file onto a block
 * device: only the blocks that it uses, the holes among them as zeros, which a
 * lazy one can do without.
 */
#ifndef DISK_EXT_TRANSFER_H
#define DISK_EXT_TRANSFER_H

#include <stdbool.h>

#include "base/error.h"

/* Wipes both ends of the device first, where other formats have their marks. */
int ext_transfer(int memory, int device, bool lazy, struct error *err);

#endif
