/*
 * domain_toolstack: how the items of a domain file's lists are written for a
 * toolstack; the keys are domain.c's.
 */
#ifndef XEN_DOMAIN_TOOLSTACK_H
#define XEN_DOMAIN_TOOLSTACK_H

#include "xen/domain.h"

struct domain_toolstack {
	const char *name;
	unsigned bit;	/* of enum toolstack */
	const char *head;	/* comment lines of its files */
	/* Each adds items; what cannot be said is an error. `is_emulated`: by
	 * QEMU, until the guest has drivers of Xen's. */
	int (*add_disk)(const struct domain_disk *disk, bool is_emulated,
	    struct strings *items, struct error *err);
	int (*add_cdrom)(const char *path, struct strings *items,
	    struct error *err);	/* NULL: it has a key of its own */
	int (*add_vif)(const struct guest_nic *nic, bool is_emulated,
	    struct strings *items, struct error *err);
};

enum toolstack { XL = 1 << 0, XM = 1 << 1 };

/* What all toolstacks say of a card, with that between the parts. */
int domain_vif_text(const struct guest_nic *nic, const char *separator,
    struct buffer *spec, struct error *err);

extern const struct domain_toolstack domain_xl, domain_xm;

#endif
