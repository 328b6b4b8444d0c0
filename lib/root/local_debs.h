/*
 * local_debs: .debs of this host that are included by their paths (/x.deb,
 * ./x.deb, ../x.deb). Each is preferred to all that the archive has of its
 * name, and is fetched and verified as any other, from file:/….
 */
#ifndef ROOT_LOCAL_DEBS_H
#define ROOT_LOCAL_DEBS_H

#include "base/digest.h"
#include "base/vector.h"
#include "plan/package_set.h"
#include "plan/plan.h"

struct root_request;

struct local_deb {
	char *path;	/* as it is included */
	char *url;
	char *stanza;	/* as an index would have it */
	char *inclusion;	/* what it is asked for by, see inclusion.h */
	char sha256[DIGEST_HEX_MAX + 1];
};

struct local_debs {
	struct local_deb *items;
	size_t count;
	size_t capacity;
};

/* Those among request->include. */
int local_debs_read(struct local_debs *debs,
    const struct root_request *request, struct error *err);
void local_debs_release(struct local_debs *debs);

int local_debs_add(const struct local_debs *debs, struct package_set *set,
    struct error *err);
/* The list with inclusions in place of paths. */
void local_debs_include(const struct local_debs *debs,
    const struct strings *include, struct strings *inclusions);
/* Tells the items of the plan that are such where their .deb is. */
void local_debs_locate(const struct local_debs *debs, struct plan *plan);

#endif
