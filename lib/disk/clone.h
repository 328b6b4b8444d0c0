/*
 * clone: a copy of an image. Where the filesystem can do it, the two share
 * their blocks until one is written to; elsewhere what is a hole stays one. A
 * block device gets the blocks that an ext filesystem uses, and zeros for the
 * holes among them; of any other image all.
 */
#ifndef DISK_CLONE_H
#define DISK_CLONE_H

#include <stdbool.h>

#include "base/error.h"

/* Makes the empty file `to` share all of `from`, unread; false: it cannot. */
bool clone_share(int from, int to);

/* Can files of this directory's filesystem share blocks? Tried with two that
 * have no name. */
bool clone_is_shared_in(int directory);

/*
 * From one of our own, or one that was checked: a guest's work is not to be
 * read here. `to` is an empty file, open for reading and writing, which becomes
 * as large, or a device that is at least as large. Both stay the caller's;
 * nothing is synced.
 */
int clone_image(int from, int to, struct error *err);

#endif
