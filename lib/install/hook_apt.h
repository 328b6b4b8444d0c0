/*
 * hook_apt: what an apt needs that hooks run on the root from outside, with
 * APT_CONFIG=$MMDEBSTRAP_APT_CONFIG: a configuration that leads it to the root,
 * and the lists that `apt-get update` would have brought, so that it need not.
 * The root's own apt finds the same lists. All of it goes at the end.
 */
#ifndef INSTALL_HOOK_APT_H
#define INSTALL_HOOK_APT_H

#include "base/error.h"
#include "repo/repository.h"

struct hook_apt {
	const char *architecture;
	struct strings foreign;	/* borrowed: architectures besides */
	const char *settings;	/* lines of apt.conf(5) */
	struct view keys;	/* the keyring */
	const struct repository *repository;	/* NULL: no lists */
};

/* Its place in the root. */
extern const char hook_apt_file[];

int hook_apt_write(const struct hook_apt *apt, int root, struct error *err);
/* The configuration only: the lists go with skeleton_clean. */
int hook_apt_remove(int root, struct error *err);

#endif
