/*
 * domain: the domain file that boots a guest, in the form of a toolstack: xl
 * of today (xl.cfg(5)), or xm, which read such files as Python programs until
 * Xen 4.4. What is written is data only: strings in double quotes with escapes
 * for \ and ", numbers, lists with one item a line, no key twice, a final
 * newline. xl takes either form without a warning, and so does Python.
 */
#ifndef XEN_DOMAIN_H
#define XEN_DOMAIN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"
#include "base/text.h"
#include "base/vector.h"
#include "guest/guest_nics.h"
#include "guest/guest_vnc.h"
#include "xen/config.h"

/* A vbd, on an image or a block device. */
struct domain_disk {
	const char *path;	/* absolute, or a network disk's address */
	const char *vdev;	/* xvda1 */
	const char *format;	/* NULL: raw */
	bool is_device;
	bool is_read_only;
	bool is_cdrom;	/* of an emulated drive, read-only */
};

/* What a machine has that only HVM is; for other types all of it is unset. */
struct domain_machine {
	const char *firmware;	/* bios | uefi */
	const char *boot;	/* a, c, d, n: floppy, disk, CD, network */
	const char *floppy;	/* an image, absolute; NULL: there is none */
	bool is_windows;	/* has Xen's hints for it, and local time */
	const struct guest_vnc *vnc;
};

/* All is the caller's; what is NULL is left out. */
struct domain {
	const char *toolstack;	/* xl | xm */
	const char *name;
	const char *uuid;
	const char *architecture;	/* dpkg's name */
	const char *type;	/* pvh | pv | hvm */
	uint64_t memory;	/* MiB */
	uint64_t vcpus;
	const char *kernel;	/* loader or the guest's own kernel */
	const char *ramdisk;	/* NULL with a loader */
	const char *root;	/* what the kernel mounts: UUID=…, /dev/hda1;
				   NULL with a loader */
	const char *extra;	/* what else the kernel is told */
	const char *bootloader;	/* that dom0 runs first: pygrub */
	struct domain_machine machine;
	const struct guest_vnc *framebuffer;	/* the screen of what is none */
	VECTOR(struct domain_disk) disks;
	const char *cdrom;	/* a drive of the host */
	const struct guest_nics *nics;	/* each with its MAC */
	const struct strings *settings;	/* as guest_settings.h has them, each
					   key once; they win */
	unsigned version;	/* of Xen, as keys.h has it; 0: any */
};

/* Who has what, as a domain file says. */
struct domain_claims {
	char *name;	/* NULL: it says none */
	struct strings disks;	/* targets, in their order; those of the network
				   as network_disk.h writes them */
	struct strings macs;	/* of the vifs, as they are written */
	struct strings addresses;	/* IP, of the vifs */
};

#define auto_domain_claims __attribute__((cleanup(domain_claims_release)))

/* The loader for a guest, of grub-xen-host, or of an HVM guest that of Xen
 * 3.0.3, which only xm is told: its path in dom0. */
const char *domain_loader(const char *architecture, const char *type);

/* Does Xen on such a machine run a guest of that architecture? */
int domain_architecture_check(const char *machine, const char *architecture,
    struct error *err);
/* What the toolstack cannot say is an error. */
int domain_write(const struct domain *domain, struct buffer *text,
    struct error *err);
/* What a domain file that was read says. */
void domain_claims_read(const struct config *config,
    struct domain_claims *claims);
/* What a cfg's text says: for finding a guest by its cfg, and for seeing whose
 * a cfg, a disk and an address are. */
int domain_read(const char *path, struct view text,
    struct domain_claims *claims, struct error *err);
void domain_claims_release(struct domain_claims *claims);

#endif
