/*
 * qcow2: images in QEMU's own format, from and to raw ones, by qemu-img. Which
 * format an image has is always said, never guessed: a guest can write any mark
 * at the beginning of a raw one.
 */
#ifndef DISK_QCOW2_H
#define DISK_QCOW2_H

#include <stdbool.h>

#include "base/error.h"
#include "base/events.h"

/* Is the program here? */
int qcow2_check(struct error *err);
/* Writes the file `raw` into the file `image`, which may be empty or not;
 * `full`: with room for all that the guest can write. */
int qcow2_write(int raw, int image, bool full, struct events *events,
    struct error *err);
/* The same the other way round. */
int qcow2_read(int image, int raw, struct events *events, struct error *err);

#endif
