/*
 * selection: which names a variant and a request ask for, in mmdebstrap's two
 * steps: the essential packages first, then the rest.
 */
#ifndef PLAN_SELECTION_H
#define PLAN_SELECTION_H

#include "plan/marking.h"
#include "plan/plan.h"

struct variant {
	const char *name;
	int priority;	/* this and more important ones; 0: none */
	const char *also;	/* a package of the second step */
	bool with_apt;	/* apt counts as essential */
	bool is_include_only;	/* what is asked for, and all in one step */
	bool is_unpacked_only;
};

/* NULL and a sentence that lists the known variants. */
const struct variant *selection_variant(const char *name, struct error *err);

/* Wants what belongs to the step; marking_resolve has been called. */
int selection_want_essential(struct marking *marking,
    const struct variant *variant, const struct plan_request *request,
    struct error *err);
int selection_want_rest(struct marking *marking,
    const struct variant *variant, const struct plan_request *request,
    struct error *err);

#endif
