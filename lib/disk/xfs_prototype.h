/*
 * xfs_prototype: a tree_sink that writes what mkfs.xfs -p reads (mkfs.xfs(8)):
 * names, types, modes, owners, and where the content of files is found. What
 * the form has no place for is counted or left to the caller.
 */
#ifndef DISK_XFS_PROTOTYPE_H
#define DISK_XFS_PROTOTYPE_H

#include "base/buffer.h"
#include "tree/entry.h"

struct xfs_prototype {
	struct tree_sink sink;
	const char *tree;	/* the directory, as mkfs.xfs will find it */
	struct buffer text;
	struct buffer sticky;	/* for xfs_db: sets the bit that is lost */
	size_t sticky_count;
	size_t links;	/* names that become copies */
	size_t attributes;	/* extended ones that are lost */
	struct buffer directory;	/* its path */
};

#define auto_xfs_prototype __attribute__((cleanup(xfs_prototype_release)))

/* `tree` stays the caller's. The sink is for tree_walk; free does nothing. */
void xfs_prototype_init(struct xfs_prototype *prototype, const char *tree);
void xfs_prototype_release(struct xfs_prototype *prototype);

#endif
