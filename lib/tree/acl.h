/*
 * acl: POSIX ACLs as the kernel gives them in system.posix_acl_access and
 * system.posix_acl_default (linux/posix_acl_xattr.h), as archives have them.
 */
#ifndef TREE_ACL_H
#define TREE_ACL_H

#include <archive_entry.h>

#include "tree/entry.h"

/* 1: it was an ACL and is in `header` now; 0: it is something else. */
int acl_to_archive(struct archive_entry *header,
    const struct tree_xattr *xattr, struct error *err);

/* Adds those that the archive has for the entry, as xattrs. An archive that
 * knows users by name only is refused: whose names they are is not known. */
int acl_from_archive(struct archive_entry *header, struct tree_entry *entry,
    struct error *err);

#endif
