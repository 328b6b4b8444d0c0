/*
 * iso_dates: the dates in an ISO 9660 medium (ECMA-119, SUSP, Rock Ridge).
 * libarchive puts the time of the day into the descriptors and the directories
 * that it makes itself.
 */
#ifndef DISK_ISO_DATES_H
#define DISK_ISO_DATES_H

#include <stdint.h>

#include "base/error.h"

/* All of them become this time, in seconds since 1970, in UTC. */
int iso_dates_set(int fd, int64_t time, struct error *err);

#endif
