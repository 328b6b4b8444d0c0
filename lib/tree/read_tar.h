/*
 * read_tar: a tar, compressed or not, read once from start to end (a pipe is
 * fine) into any tree_sink. Names, owners, times, extended attributes and ACLs
 * are taken as they are; a name that leads out of the tree is refused. A
 * directory must come before what is in it.
 */
#ifndef TREE_READ_TAR_H
#define TREE_READ_TAR_H

#include "tree/entry.h"

/* fd stays the caller's, the sink's finish too. */
int tree_read_tar(int fd, struct tree_sink *sink, struct error *err);

#endif
