/*
 * signature: what a device or image holds already, by the marks that formats
 * leave. These may be a guest's work, so they are read in a confined child
 * (libblkid; where ext was last mounted from its superblock).
 */
#ifndef DISK_SIGNATURE_H
#define DISK_SIGNATURE_H

#include "base/error.h"

struct signature {
	char *type;	/* ext4; NULL: not one known format */
	char *label;	/* or NULL */
	char *uuid;	/* or NULL */
};

#define auto_signature __attribute__((cleanup(signature_release)))

int signature_read(int fd, struct signature *signature, struct error *err);
void signature_release(struct signature *signature);

/*
 * "an ext4 filesystem labelled 'x' (UUID …, last mounted on '/srv')"; NULL if
 * nothing is known. To be freed.
 */
int signature_describe(int fd, char **what, struct error *err);

#endif
