/*
 * domain: the domain file xl.cfg(5) that boots a guest. domain_write emits
 * only what XEN's own parser takes without a warning: double quotes, escapes
 * for \ and ", one list item a line, no key twice, a final newline.
 */
#ifndef XEN_DOMAIN_H
#define XEN_DOMAIN_H

#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"
#include "base/text.h"
#include "base/vector.h"

/* A vbd, on an image or a block device. */
struct domain_disk {
	const char *path;	/* absolute, or a network disk's address */
	const char *vdev;	/* xvda1 */
	const char *format;	/* NULL: raw */
};

struct domain {
	const char *name;
	const char *uuid;
	const char *type;	/* pvh | pv */
	uint64_t memory;	/* MiB */
	uint64_t vcpus;
	const char *kernel;	/* loader or the guest's own kernel */
	const char *ramdisk;	/* NULL with a loader */
	const char *cmdline;	/* NULL with a loader */
	VECTOR(struct domain_disk) disks;	/* the caller's */
	const char *mac;
	const char *bridge;	/* NULL: none */
};

/* The loader (grub-xen-host) for a type: its path in dom0. */
const char *domain_loader(const char *type);

/* Does Xen on such a machine run a guest of that architecture and type? */
int domain_architecture_check(const char *machine, const char *architecture,
    const char *type, struct error *err);
int domain_write(const struct domain *domain, struct buffer *text,
    struct error *err);
/* The name of the domain that a cfg's text describes (NULL: it has none), and
 * the targets of its disks in their order, added to `disks`, those of the
 * network as network_disk.h writes them. For finding a
 * guest by its cfg, and for seeing whose a cfg and a disk are. */
int domain_read(const char *path, struct view text, char **name,
    struct strings *disks, struct error *err);

#endif
