/*
 * edit_glob: the paths in a guest that a pattern stands for. Each component is
 * one of fnmatch(3), with ksh's lists such as "@(a|b)"; symlinks are not
 * followed on the way, so that nothing is found twice.
 */
#ifndef TREE_EDIT_GLOB_H
#define TREE_EDIT_GLOB_H

#include "tree/edit.h"

/* Adds what is there, in the order of names. The pattern is relative. */
int edit_glob(struct tree_edit *edit, const char *pattern,
    struct strings *paths, struct error *err);

#endif
