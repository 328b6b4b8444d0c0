/*
 * edit_ext: the edits of a filesystem that libext2fs has open (tree/edit.h).
 */
#ifndef TREE_EDIT_EXT_H
#define TREE_EDIT_EXT_H

#include "tree/edit.h"
#include "tree/ext.h"

/* Takes fs over. */
struct tree_edit *edit_ext_of(ext2_filsys fs);

#endif
