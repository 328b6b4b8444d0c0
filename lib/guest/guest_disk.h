/*
 * guest_disk: a disk of a guest, one filesystem or swap area a vbd. --disk,
 * --swap and the manifest describe it by its path and parameters:
 *
 *	PATH[,size=4G][,fs=ext4][,mount=/home][,vdev=xvda2][,label=home]
 *	    [,uuid=…][,format=qcow2][,table=gpt]
 *	    [,volume=lvm][,dump=1][,pass=2][,options=noatime,nodev]
 *
 * A path may be that of a network disk (network_disk.h), left as it is.
 * A comma ends the path and each value but that of options, which takes all
 * that follows.
 */
#ifndef GUEST_GUEST_DISK_H
#define GUEST_GUEST_DISK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"
#include "guest/identity.h"

struct guest_disk {
	char *path;	/* of an image or a block device, or an address */
	uint64_t size;	/* bytes; 0: the device's own */
	char *fs;	/* a filesystem's type; NULL: the release's own; "none":
			   left as it is; "blank": empty, for an installer */
	char *mount;	/* in the guest; NULL: nowhere */
	char *vdev;	/* what the domain calls it */
	char *label;	/* NULL: none */
	char *uuid;	/* of the filesystem */
	char *format;	/* of an image: raw, qcow2; NULL: as its name ends */
	char *table;	/* as partition_table.h has it; NULL: none */
	char *volume;	/* as volume.h has it: ours to make and remove */
	char *dump, *pass;	/* numbers of fstab; NULL: the usual ones */
	char *options;	/* of fstab, too */
	char *hash_seed;	/* of ext's directories; no parameter. A root that
				   comes from an image has that image's */
	char *table_uuid;	/* no parameter */
	const char *option;	/* that asked for it; NULL: not known */
	size_t number;	/* of the option's values, from 0 */
};

/* Into an empty disk, to be released in any case. Wrong use if it is wrong. */
int guest_disk_parse(const char *text, struct guest_disk *disk,
    struct error *err);
/* The same grammar again. */
void guest_disk_text(const struct guest_disk *disk, struct buffer *text);
bool guest_disk_is_network(const struct guest_disk *disk);
/* Is it for swap space? */
bool guest_disk_is_swap(const struct guest_disk *disk);
/* Is it ours to write, or only attached as it is? */
bool guest_disk_is_written(const struct guest_disk *disk);
/* Is there a filesystem or swap area to be made on it? */
bool guest_disk_is_formatted(const struct guest_disk *disk);
/* … that the guest mounts? */
bool guest_disk_wants_mount(const struct guest_disk *disk);
/* Is it an image of QEMU's format, by its parameter or its name? */
bool guest_disk_is_qcow2(const struct guest_disk *disk);
/* Checks its parameters, and fills in those that it alone decides. Wrong use if
 * they do not go together. */
int guest_disk_complete(struct guest_disk *disk, struct error *err);
bool guest_disk_is_root(const struct guest_disk *disk);
/* What the guest calls its filesystem, as fstab(5) and the kernel's root= have
 * it, by one of uuid, label and vdev; freed by the caller. Must be complete,
 * with its ids. */
char *guest_disk_device(const struct guest_disk *disk, const char *by);
/* Its UUID and hash seed, unless it has them. */
void guest_disk_make_ids(struct guest_disk *disk,
    const struct identity *identity);
void guest_disk_release(struct guest_disk *disk);

#endif
