/*
 * domain_libvirt: a domain as libvirt's driver for Xen takes it
 * (https://libvirt.org/formatdomain.html), for `virsh -c xen:/// define`.
 */
#ifndef XEN_DOMAIN_LIBVIRT_H
#define XEN_DOMAIN_LIBVIRT_H

#include "xen/domain.h"

/* Appends an XML document. What libvirt has no word for, or we know none of, is
 * an error that says what else there is. */
int domain_libvirt_write(const struct domain *domain, struct buffer *text,
    struct error *err);

#endif
