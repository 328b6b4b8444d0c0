/*
 * stat_overrides: var/lib/dpkg/statoverride (dpkg-statoverride(1)): owners and
 * modes that files get instead of their package's.
 */
#ifndef INSTALL_STAT_OVERRIDES_H
#define INSTALL_STAT_OVERRIDES_H

#include <sys/types.h>

#include "base/buffer.h"
#include "base/error.h"
#include "base/text.h"
#include "base/vector.h"

struct stat_override {
	uid_t uid;
	gid_t gid;
	mode_t mode;	/* without type */
	struct view path;	/* as in PACKAGE.list */
};

struct stat_overrides {
	struct buffer text;
	VECTOR(struct stat_override) items;
};

/* Replaces what was read before; names are those of the guest's passwd and
 * group. No file is no override. */
int stat_overrides_read(struct stat_overrides *overrides, int root,
    struct error *err);
/* NULL: as the package says. */
const struct stat_override *stat_overrides_find(
    const struct stat_overrides *overrides, const char *path);
void stat_overrides_release(struct stat_overrides *overrides);

#endif
