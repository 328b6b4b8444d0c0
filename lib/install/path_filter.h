/*
 * path_filter: which files of packages are left out of a root, as the guest's
 * dpkg is told to by path-exclude and path-include (dpkg(1)) in dpkg.cfg(5):
 * the last pattern that matches decides. A directory, or a link that could
 * lead to one, stays if something included may be below it.
 */
#ifndef INSTALL_PATH_FILTER_H
#define INSTALL_PATH_FILTER_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/error.h"
#include "base/vector.h"

struct path_rule {
	char *pattern;	/* fnmatch(3); slashes match as well */
	bool is_included;
};

struct path_filter {
	VECTOR(struct path_rule) rules;
};

/*
 * Replaces what was read before: what is in etc/dpkg/dpkg.cfg.d, then
 * etc/dpkg/dpkg.cfg, then root's own. -1 also for an option there that would
 * have dpkg unpack somewhere else, or not at all.
 */
int path_filter_read(struct path_filter *filter, int root,
    struct error *err);
/* `path` as in PACKAGE.list. */
bool path_filter_skips(const struct path_filter *filter, const char *path,
    mode_t mode);
void path_filter_release(struct path_filter *filter);

#endif
