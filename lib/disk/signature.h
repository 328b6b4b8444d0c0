/*
 * signature: what a device or image holds already, by the marks that formats
 * leave. These may be a guest's work, so they are read in a confined child
 * (libblkid; where ext was last mounted from its superblock).
 */
#ifndef DISK_SIGNATURE_H
#define DISK_SIGNATURE_H

#include "base/error.h"

/*
 * "an ext4 filesystem labelled 'x' (UUID …, last mounted on '/srv')"; NULL if
 * nothing is known. To be freed.
 */
int signature_describe(int fd, char **what, struct error *err);

#endif
