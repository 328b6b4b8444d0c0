/*
 * domain: the domain file xl.cfg(5) that boots a guest. domain_write emits
 * only what XEN's own parser takes without a warning: double quotes, escapes
 * for \ and ", one list item a line, no key twice, a final newline.
 */
#ifndef XEN_DOMAIN_H
#define XEN_DOMAIN_H

#include "base/buffer.h"
#include "base/error.h"
#include "guest/guest.h"

struct domain {
	const char *name;
	const char *uuid;
	const char *type;	/* pvh | pv */
	uint64_t memory;	/* MiB */
	uint64_t vcpus;
	const char *kernel;	/* loader or the guest's own kernel */
	const char *ramdisk;	/* NULL with a loader */
	const char *cmdline;	/* NULL with a loader */
	const char *disk;	/* absolute path */
	const char *vdev;	/* xvda1 */
	const char *mac;
	const char *bridge;	/* NULL: none */
};

/* The loader (grub-xen-host) for a type: its path in dom0. */
const char *domain_loader(const char *type);
int domain_write(const struct domain *domain, struct buffer *text,
    struct error *err);
/* The name of the domain that a cfg's text describes, and its first disk's
 * target; NULL where it has none. For finding a guest by its cfg, and for
 * seeing whether a cfg is this guest's own. */
int domain_read(const char *path, struct view text, char **name, char **disk,
    struct error *err);

#endif
