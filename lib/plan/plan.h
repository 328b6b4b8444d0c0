/*
 * plan: from a variant and a list of names to the packages to install, in
 * two stages and in order, agreeing with apt and so with mmdebstrap.
 *
 *	selection (variant → names) → closure (dependencies) → order
 *
 * Pure: tested with t/plan/ *.case.
 */
#ifndef PLAN_PLAN_H
#define PLAN_PLAN_H

#include "base/digest.h"
#include "base/error.h"
#include "base/vector.h"
#include "plan/package_set.h"

/* What is added here must become a line of a plan file's head, too: see
 * request_fields in root/root_lock.c. */
struct plan_request {
	const char *variant;	/* essential apt minbase required important -
				   debootstrap standard buildd custom extract */
	struct strings include;	/* each as inclusion.h says */
	struct strings essential_extra;	/* the same, before the essential set */
	struct strings exclude;	/* names that must not come in, not even for
				   others */
	bool recommends;	/* follow them: APT::Install-Recommends */
};

struct plan_item {
	const struct package *package;
	bool is_essential;	/* stage 1: unpacked and configured first; of
				   variants custom and extract all are */
	unsigned unpack_place;	/* apt's order to unpack, in each stage */
	unsigned configure_run;	/* those of one run, which follow each other,
				   are one call of dpkg --configure; dpkg puts
				   off and breaks circles within each */
	bool is_automatic;	/* only a dependency: apt's Auto-Installed */
	char *url;	/* of the .deb, owned; NULL until it is known, as are */
	enum digest_kind kind;
	struct view digest;	/* … of the .deb, valid hex */
};

struct plan {
	struct plan_item *items;	/* stage 1 first, then stage 2; each in
					   the order for dpkg --configure; see
					   configure_run */
	size_t count;
	size_t capacity;
	bool is_unpacked_only;	/* variant extract: nothing is configured */
	unsigned pending_run;	/* of stage 2, the last: what apt leaves to
				   dpkg --configure --pending */
	uint64_t download_size;	/* bytes of all .debs */
	uint64_t installed_size;	/* bytes, as the index says */
	char *text;	/* owned: the file that it was read from, or NULL */
	struct package *packages;	/* owned: of such a plan */
};

bool plan_variant_is_known(const char *variant);

/*
 * -1 with a sentence that says which chain cannot be satisfied:
 * "'a' depends on 'b (>= 2)', but the archive has 'b' 1". Stage 2 never
 * removes or replaces what stage 1 installs.
 */
int plan_make(const struct package_set *set,
    const struct plan_request *request, struct plan *plan, struct error *err);
/* The items of stage 1. */
size_t plan_essential_count(const struct plan *plan);
/* A digest of which packages they are: names, versions, architectures and what
 * is in them, in the plan's order. */
void plan_digest(const struct plan *plan, char hex[DIGEST_HEX_MAX + 1]);
void plan_release(struct plan *plan);

#endif
