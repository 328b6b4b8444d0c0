/*
 * filesystem_grow: what is on an image or a device becomes as large as that
 * is. A guest has written it: ext is read and changed by confined programs
 * only; xfs and btrfs, which nothing but the kernel can grow, are mounted
 * where nobody sees them, by root.
 */
#ifndef DISK_FILESYSTEM_GROW_H
#define DISK_FILESYSTEM_GROW_H

#include <stdint.h>

#include "base/error.h"
#include "base/events.h"
#include "disk/signature.h"

/* While nothing is changed yet: can it be grown, and is it sound? */
int filesystem_grow_check(int fd, const struct signature *signature,
    struct events *events, struct error *err);
/* fd has that size by now. */
int filesystem_grow(int fd, uint64_t size, const struct signature *signature,
    struct events *events, struct error *err);

#endif
