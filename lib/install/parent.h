/*
 * parent: the directory in the root that a path goes to. It is kept open, for
 * the next path mostly goes there as well. One thread's.
 */
#ifndef INSTALL_PARENT_H
#define INSTALL_PARENT_H

#include "install/path_owners.h"

struct parent {
	int root;	/* the caller's */
	int fd;
	uint64_t inode;
	char *path;	/* NULL: none is open */
};

/* The place of `path`, which must live as the place does; directories that
 * are missing are made. */
int parent_place(struct parent *parent, const char *path,
    struct path_place *place, struct error *err);
void parent_close(struct parent *parent);

#endif
