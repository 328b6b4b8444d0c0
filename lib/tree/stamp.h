/*
 * stamp: what makes a copy of an ext image a filesystem of its own: an identity,
 * and changed files. The image is not written to, and the copy not before all is
 * known to be right, so one image serves any number of stamps at a time.
 *
 *	stamp_new
 *	stamp_identify	with a UUID and a label
 *	stamp_edit	… and files, through tree/edit.h; nothing is finished
 *	stamp_put	onto a copy of the image
 *	stamp_free
 */
#ifndef TREE_STAMP_H
#define TREE_STAMP_H

#include "tree/edit.h"
#include "tree/ext_identity.h"

struct stamp;

/* The image stays the caller's, open for reading at least; one of our own, as
 * it is parsed in this process. */
struct stamp *stamp_new(int image, struct error *err);
int stamp_identify(struct stamp *stamp, const struct ext_identity *identity,
    struct error *err);
/* The stamp's own. */
struct tree_edit *stamp_edit(const struct stamp *stamp);
/* Onto what has all used blocks of the image, a file or a device; not synced. */
int stamp_put(struct stamp *stamp, int copy, struct error *err);
void stamp_free(struct stamp *stamp);

#endif
