/*
 * ext_features: which features an ext filesystem is to have: a complete list,
 * and the changes that were asked for.
 */
#ifndef DISK_EXT_FEATURES_H
#define DISK_EXT_FEATURES_H

#include <stdbool.h>

#include "base/error.h"
#include "base/vector.h"

/*
 * The list ("has_journal,filetype") with its changes ("+orphan_file,-64bit",
 * a bare name is wanted, too; or NULL), into an empty vector. What needs a
 * feature goes with it. Refuses names that libe2p does not know.
 */
int ext_features_read(struct strings *features, const char *list,
    const char *changes, struct error *err);
/* What mke2fs -O takes: "none,…". Freed by the caller. */
char *ext_features_option(const struct strings *features);

#endif
