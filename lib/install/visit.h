/*
 * visit: what a root has only while programs run in it: the host's resolver,
 * apt's configuration for hooks, mounts, and services that are kept from
 * starting. Afterwards it is as if nobody had been there.
 *
 *	visit_begin → visit_enter → visit_leave → visit_end
 */
#ifndef INSTALL_VISIT_H
#define INSTALL_VISIT_H

#include "install/bootstrap.h"
#include "install/guest_mounts.h"
#include "install/resolver.h"
#include "install/sync_filter.h"

/* Zeroed but for the first two, which must outlive it. */
struct visit {
	const struct bootstrap *bootstrap;
	struct buffer *later;	/* steps, of a first stage */
	struct guest_mounts mounts;
	struct resolver resolver;
	struct sync_filter *filter;	/* for programs of the root */
	bool has_hook_apt;
};

int visit_begin(struct visit *visit, struct error *err);
/* The root's own directories are there by then. */
int visit_enter(struct visit *visit, struct error *err);
/* The hooks of a stage, begun or entered. */
int visit_hooks(struct visit *visit, enum hook_stage stage,
    struct error *err);
/* After setup hooks: the plan is there, and the archive's lists with it. */
int visit_planned(struct visit *visit, struct error *err);
/* Ends what scripts left running, too. */
int visit_leave(struct visit *visit, struct error *err);
int visit_end(struct visit *visit, struct error *err);
/* Wherever it was: what could outlive the root's directory is undone. */
void visit_release(struct visit *visit);

#endif
