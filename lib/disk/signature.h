/*
 * signature: what a device or image holds already, by the marks that formats
 * leave (libblkid).
 */
#ifndef DISK_SIGNATURE_H
#define DISK_SIGNATURE_H

#include "base/error.h"

/* "an ext4 filesystem labelled 'x'"; NULL if nothing is known. To be freed. */
int signature_describe(int fd, char **what, struct error *err);

#endif
