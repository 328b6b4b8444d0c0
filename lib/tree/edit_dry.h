/*
 * edit_dry: what changes would be made to a tree that is only read: a line for
 * each file. What was made so is there for what follows, but for its content.
 */
#ifndef TREE_EDIT_DRY_H
#define TREE_EDIT_DRY_H

#include "tree/edit.h"

/* Both stay the caller's: "remove /var/log/syslog". A file that would be as it
 * is already is not named. */
struct tree_edit *edit_dry_new(struct tree_edit *below, struct buffer *lines);

#endif
