/*
 * network_disk: disks that only the host of the domain can reach, through a
 * block script of Xen's: "drbd:NAME", "iscsi:iqn=…,portal=…", "nbd:…",
 * "rbd:POOL/IMAGE". What follows the colon is what the script is told.
 */
#ifndef GUEST_NETWORK_DISK_H
#define GUEST_NETWORK_DISK_H

#include <stdbool.h>

#include "base/error.h"

struct network_disk {
	const char *front;	/* with the colon */
	const char *script;	/* its name, as xl takes it */
	const char *package;	/* Debian's, that has it; NULL: none */
};

/* NULL if the path is that of an image or a device. */
const struct network_disk *network_disk_find(const char *path);
/* May what the script is told stand in a domain file? Wrong use if not. */
int network_disk_check(const char *path, struct error *err);

#endif
