/*
 * read_ext: an ext2/3/4 filesystem as a tree, every entry of it into any
 * tree_sink, sorted by name, as tree_walk gives those of a directory: without
 * lost+found and sockets, and without what lies in /dev. Attributes, ACLs and
 * further names are there; what only the filesystem knows, such as the flags
 * of chattr(1), is not.
 *
 * A guest may have written it, so this is for a confined child
 * (base/confined.h): what is broken is an error.
 */
#ifndef TREE_READ_EXT_H
#define TREE_READ_EXT_H

#include "tree/entry.h"

/* fd, open for reading, stays the caller's, the sink's finish too. */
int tree_read_ext(int fd, struct tree_sink *sink, struct error *err);

#endif
