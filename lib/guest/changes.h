/*
 * changes: files of a guest as the admin wants them, in the words of
 * virt-customize(1): --copy-in, --write, --delete and so on. What they name on
 * this host is read at once; applying them opens none of its files, so it can
 * be done in a confined child or another root.
 *
 *	changes_add(&changes, "copy-in", "site:/srv", err)	repeatedly
 *	changes_add_tree(&changes, "/etc/mkguest/skel", "/", err)
 *	changes_load(&changes, err)
 *	changes_apply(&changes, edit, err)
 *
 * Files come with their modes (not with attributes and times), and belong to
 * root.
 */
#ifndef GUEST_CHANGES_H
#define GUEST_CHANGES_H

#include <stdint.h>

#include "base/error.h"
#include "base/vector.h"
#include "tree/edit.h"

struct change;

struct changes {
	struct change *items;
	size_t count;
	size_t capacity;
	int store;	/* content of all files; 0: none yet */
	uint64_t stored;	/* bytes */
	char *map;	/* of the store, from changes_load on */
};

/* By the name of an option; -1 with wrong use for a value of a wrong form. */
int changes_add(struct changes *changes, const char *name, const char *value,
    struct error *err);
/* All that is in a directory of this host, into one of the guest's. */
int changes_add_tree(struct changes *changes, const char *source,
    const char *directory, struct error *err);
int changes_load(struct changes *changes, struct error *err);
int changes_apply(const struct changes *changes, struct tree_edit *edit,
    struct error *err);
void changes_release(struct changes *changes);

#endif
