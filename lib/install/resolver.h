/*
 * resolver: the host's resolv.conf(5), lent to the root while scripts and hooks
 * may need the network. It goes again, unless somebody changed it meanwhile,
 * who then wants it so.
 */
#ifndef INSTALL_RESOLVER_H
#define INSTALL_RESOLVER_H

#include <stdbool.h>
#include <sys/stat.h>

#include "base/error.h"

struct resolver {
	bool is_lent;
	struct stat lent;	/* as it was put there */
};

/* A host without one lends nothing, and a root that has one needs none. */
int resolver_lend(struct resolver *resolver, int root, struct error *err);
int resolver_take_back(struct resolver *resolver, int root,
    struct error *err);

#endif
