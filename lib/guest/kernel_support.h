/*
 * kernel_support: in which types of domain a Linux for PCs starts. Its image
 * says so in notes for Xen (xen/include/public/elfnote.h), and its builder's
 * configuration, /boot/config-RELEASE, in options.
 */
#ifndef GUEST_KERNEL_SUPPORT_H
#define GUEST_KERNEL_SUPPORT_H

#include <stdbool.h>

#include "base/error.h"
#include "base/text.h"
#include "tree/edit.h"

struct kernel_support {
	bool is_known;
	bool pv, pvh;	/* hvm is what every PC is */
};

/* Of a bzImage or an ELF file, packed or not. Nothing is known of a bzImage
 * that is compressed in a way that libarchive does not know. */
struct kernel_support kernel_support_of_image(struct view file);
struct kernel_support kernel_support_of_config(struct view config);

/* Refuses a kernel that is known not to start in a domain of that type; `path`
 * is for messages. */
int kernel_support_check(const struct kernel_support *support,
    const char *path, const char *type, struct error *err);
/* The same of that which /vmlinuz or /boot/vmlinuz of a guest's tree leads to,
 * by its configuration, if it has both. */
int kernel_support_check_tree(struct tree_edit *edit, const char *type,
    struct error *err);

#endif
