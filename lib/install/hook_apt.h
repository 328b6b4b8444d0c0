/*
 * hook_apt: what an apt needs that hooks run on the root from outside, with
 * APT_CONFIG=$MMDEBSTRAP_APT_CONFIG: a configuration that leads it to the root,
 * and the lists that `apt-get update` would have brought, so that it need not.
 * The root's own apt finds the same lists. All of it goes at the end.
 */
#ifndef INSTALL_HOOK_APT_H
#define INSTALL_HOOK_APT_H

#include "base/error.h"
#include "base/vector.h"
#include "base/text.h"

/* A file of the archive, as apt would have fetched it. */
struct hook_apt_list {
	char *url;	/* owned */
	int fd;	/* borrowed */
};

struct hook_apt_lists {
	struct hook_apt_list *items;
	size_t count;
	size_t capacity;
};

struct hook_apt {
	const char *architecture;
	struct strings foreign;	/* borrowed: architectures besides */
	const char *settings;	/* lines of apt.conf(5) */
	struct view keys;	/* the keyring */
	struct hook_apt_lists lists;
};

/* Its place in the root. */
extern const char hook_apt_file[];

/* Again when it has changed. */
int hook_apt_write(const struct hook_apt *apt, int root, struct error *err);
/* Only the lists. */
int hook_apt_write_lists(const struct hook_apt *apt, int root,
    struct error *err);
/* All but the lists, which go with skeleton_clean. */
int hook_apt_remove(int root, struct error *err);
void hook_apt_lists_release(struct hook_apt_lists *lists);

#endif
