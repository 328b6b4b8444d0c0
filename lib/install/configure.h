/*
 * configure: makes unpacked packages installed ones: their preinst scripts,
 * the way dpkg runs them, then the guest's own `dpkg --unpack` with the slow
 * ones (see unpacked.h) and `dpkg --configure` with all their names.
 */
#ifndef INSTALL_CONFIGURE_H
#define INSTALL_CONFIGURE_H

#include "base/events.h"
#include "install/sync_filter.h"
#include "install/unpacked.h"

struct configure {
	int root;
	struct buffer *later;	/* nothing is run: steps of second_stage.h are
				   added to this instead; or NULL */
	struct events *events;
	const struct sync_filter *filter;
	const char *dpkg_version;	/* of the guest's dpkg */
	bool overwrites;	/* packages may take files of others */
	struct unpacked *const *packages;	/* in order */
	size_t count;
	size_t done, total;	/* for progress: of all to configure */
};

/*
 * Those of these names, in their order: each is configured on its own, once its
 * preinst ran, whatever it depends on. The calls below leave them alone.
 */
int configure_first(const struct configure *configure,
    const struct strings *names, struct error *err);
/* In the order to unpack, but base-passwd's first. */
int configure_preinsts(const struct configure *configure, struct error *err);
/* In the order to unpack; those that are not slow are in dpkg's database. */
int configure_unpack_slow(const struct configure *configure,
    struct error *err);
/* In the order to configure. */
int configure_packages(const struct configure *configure, struct error *err);
/* The triggers of packages that were configured before. */
int configure_pending(const struct configure *configure, struct error *err);

/*
 * Keeps services from starting while packages are configured: policy-rc.d
 * says no, start-stop-daemon does nothing; but for those to `skip` (skip.h).
 * _restore puts both back.
 */
int configure_hold_services(int root, unsigned skip, struct error *err);
int configure_restore_services(int root, unsigned skip, struct error *err);
/* Adds the steps that do. */
void configure_restore_later(int root, unsigned skip, struct buffer *later);

#endif
