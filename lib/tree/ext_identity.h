/*
 * ext_identity: what makes an ext filesystem another one than that it is a copy
 * of: UUID and label, the time of its making. All copies of the superblock get
 * them, the UUID the journal, too. What stays is the seed of its directories' hashes, by which their
 * indices are sorted, and the seed of its checksums, which without the feature
 * metadata_csum_seed is the UUID: then each of them would have to change.
 */
#ifndef TREE_EXT_IDENTITY_H
#define TREE_EXT_IDENTITY_H

#include "tree/ext.h"

struct ext_identity {
	const char *uuid;	/* text form */
	const char *label;	/* NULL for none */
};

/* Refuses a filesystem whose checksums depend on its UUID. */
int ext_identity_set(ext2_filsys fs, const struct ext_identity *identity,
    struct error *err);

#endif
