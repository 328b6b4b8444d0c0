/*
 * sync_filter: a seccomp filter under which fsync and its kin succeed at
 * once. A root that is being made is worth nothing until it is complete, so
 * what runs in it need not wait for the disk.
 */
#ifndef INSTALL_SYNC_FILTER_H
#define INSTALL_SYNC_FILTER_H

#include "base/error.h"

struct sync_filter;

struct sync_filter *sync_filter_new(struct error *err);
/* In a child before exec; it and all its children stay under it. */
int sync_filter_load(const struct sync_filter *filter);
void sync_filter_free(struct sync_filter *filter);

#endif
