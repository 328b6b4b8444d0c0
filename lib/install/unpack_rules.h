/*
 * unpack_rules: what the guest's dpkg is told about where files go, and how:
 * its diversions, path filters and statoverrides.
 */
#ifndef INSTALL_UNPACK_RULES_H
#define INSTALL_UNPACK_RULES_H

#include "install/diversions.h"
#include "install/path_filter.h"
#include "install/stat_overrides.h"

struct unpack_rules {
	struct diversions diversions;
	struct path_filter filter;
	struct stat_overrides overrides;
};

/* Replaces what was read before. */
int unpack_rules_read(struct unpack_rules *rules, int root,
    struct error *err);
void unpack_rules_release(struct unpack_rules *rules);

#endif
