/*
 * xattrs: the extended attributes of an entry: capabilities, POSIX ACLs and
 * whatever else is the guest's. Those that the host's own security modules
 * and filesystems put there are left out.
 */
#ifndef TREE_XATTRS_H
#define TREE_XATTRS_H

#include "tree/entry.h"

/*
 * Adds them to the entry, sorted by name. From fd if it is >= 0, else from the
 * last name in `path` itself, which is not followed.
 */
int xattrs_read(struct tree_entry *entry, int fd, const char *path,
    struct error *err);
void xattrs_add(struct tree_entry *entry, const char *name, const void *value,
    size_t length);
void xattrs_sort(struct tree_entry *entry);
void xattrs_release(struct tree_entry *entry);

#endif
