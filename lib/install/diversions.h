/*
 * diversions: var/lib/dpkg/diversions (dpkg-divert(1)): names under which
 * files of other packages are put.
 */
#ifndef INSTALL_DIVERSIONS_H
#define INSTALL_DIVERSIONS_H

#include "base/buffer.h"
#include "base/error.h"
#include "base/vector.h"

extern const char diversions_file[];	/* in the guest */

struct diversion {
	struct view from;
	struct view to;
	struct view package;	/* that may use `from`; ":" for none */
};

struct diversions {
	struct buffer text;
	VECTOR(struct diversion) items;
};

#define auto_diversions __attribute__((cleanup(diversions_release)))

/* Replaces what was read before. No file is no diversion. */
int diversions_read(int root, struct diversions *diversions,
    struct error *err);
/* The path that the package's file goes to: `path`, or another's name that is
 * valid until the next read. */
struct view diversions_path(const struct diversions *diversions,
    const char *path, struct view package);
void diversions_release(struct diversions *diversions);

#endif
