/*
 * deb_tarball: all that it takes to install a plan elsewhere, in one tar: the
 * plan (plan_file.h) as the member "plan", then NAME_VERSION_ARCH.deb each.
 *
 *	struct deb_tarball *tarball = deb_tarball_open(path, &text, err);
 *	… plan_file_read(text) …
 *	deb_tarball_read(tarball, &plan, cache, err);
 *	deb_tarball_free(tarball);
 */
#ifndef REPO_DEB_TARBALL_H
#define REPO_DEB_TARBALL_H

#include "base/buffer.h"
#include "base/error.h"
#include "plan/plan.h"

/* Of a plan from a file whose .debs are in the cache. Compressed as the end of
 * its name says: .gz or .tgz, .xz, .zst, or not at all. */
int deb_tarball_write(const char *path, const struct plan *plan, int cache,
    struct error *err);

struct deb_tarball;

/* Appends the plan's text. */
struct deb_tarball *deb_tarball_open(const char *path, struct buffer *text,
    struct error *err);
/* Brings the .debs into the cache, each verified by the plan's digest; another
 * file in it is refused. */
int deb_tarball_read(struct deb_tarball *tarball, const struct plan *plan,
    int cache, struct error *err);
void deb_tarball_free(struct deb_tarball *tarball);

#endif
