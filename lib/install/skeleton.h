/*
 * skeleton: the files of a root that come from no package: what must be there
 * before the first one is unpacked, and what is left, or not, after the last
 * one is configured. Both follow mmdebstrap, and through it apt.
 */
#ifndef INSTALL_SKELETON_H
#define INSTALL_SKELETON_H

#include "base/buffer.h"
#include "base/error.h"
#include "install/bootstrap.h"

/* Into an empty root; `files` (NULL: none) come last. */
int skeleton_prepare(int root, const struct bootstrap_file *files,
    struct error *err);
/* Where the suite has /usr merged: the links. */
int skeleton_merge(int root, const struct strings *names,
    struct error *err);

/* apt's own notes: what was only a dependency. */
int skeleton_apt_state(int root, const struct plan *plan,
    const char *architecture, struct error *err);
/* Logs, caches, ids and other traces of this run; apt as it leaves itself; but
 * for what is to be skipped (skip.h). */
int skeleton_clean(int root, unsigned skip, struct error *err);
/* Adds the steps of second_stage.h that do. */
void skeleton_clean_later(unsigned skip, struct buffer *later);

#endif
