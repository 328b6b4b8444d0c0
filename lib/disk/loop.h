/*
 * loop: a loop device on a descriptor of ours. It is detached by itself with
 * the last use of it, however that ends.
 */
#ifndef DISK_LOOP_H
#define DISK_LOOP_H

#include "base/error.h"

/* A descriptor of the device, or -1. fd may be a file or a device. */
int loop_attach(int fd, struct error *err);

#endif
