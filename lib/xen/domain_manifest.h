/*
 * domain_manifest: the domain file of a guest as its manifest has it.
 */
#ifndef XEN_DOMAIN_MANIFEST_H
#define XEN_DOMAIN_MANIFEST_H

#include "base/buffer.h"
#include "base/error.h"
#include "guest/guest_vnc.h"
#include "guest/manifest.h"

/*
 * Appends its text. `vnc` is the screen of an hvm guest, with its password.
 * Settings that xl would not take are wrong use.
 */
int domain_manifest_write(const struct manifest *manifest,
    const struct guest_vnc *vnc, struct buffer *text, struct error *err);
/* The same for libvirt (domain_libvirt.h). */
int domain_manifest_libvirt(const struct manifest *manifest,
    const struct guest_vnc *vnc, struct buffer *text, struct error *err);

#endif
