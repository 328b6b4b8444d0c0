/*
 * bootstrap: from a plan and its .debs to a configured root. Runs inside the
 * sandbox. The steps are data (bootstrap_steps), two rounds of them: the
 * essential set, then the rest.
 *
 *	prepare → setup hooks → the plan, if there is none yet →
 *	[ extract → database → preinst → configure ] × 2 → clean
 *
 * The root as it is between the rounds can be kept, and begun with.
 */
#ifndef INSTALL_BOOTSTRAP_H
#define INSTALL_BOOTSTRAP_H

#include "base/error.h"
#include "base/events.h"
#include "install/divert_directory.h"
#include "install/hook_run.h"
#include "plan/plan.h"
#include "suite/suite.h"

/* A file that is there before any package is; 0644, owned by root. */
struct bootstrap_file {
	const char *path;	/* in the guest; NULL ends an array of them */
	const char *text;
};

struct bootstrap {
	const struct plan *plan;	/* NULL: choose gives it */
	const struct suite *suite;
	const char *architecture;
	struct strings foreign;	/* architectures besides; not its own */
	const struct bootstrap_file *files;	/* apt's sources, fstab … */
	int root;	/* descriptor of the empty root directory */
	/*
	 * Of an empty directory on the root's filesystem that the guest cannot
	 * see, in which the second round is unpacked while the first is being
	 * configured; -1: after it.
	 */
	int annex;
	const struct hook_run *hooks;	/* or NULL */
	bool first_stage;	/* nothing is run in the root: what is left to
				   do waits there, see second_stage.h */
	const struct divert_directory *divert;	/* when all are configured */
	bool lends_resolver;	/* the host's resolv.conf while scripts run */
	unsigned skip;	/* see skip.h */
	unsigned threads;	/* 0: one a processor */
	struct events *events;
	/*
	 * After setup hooks: sets the plan, and what belongs to it. Leaves it
	 * NULL if the root is to stay as it is.
	 */
	int (*choose)(void *context, struct bootstrap *bootstrap,
	    struct error *err);
	/*
	 * Gives the next .deb that is ready: its place in the plan and a
	 * descriptor that becomes ours. Called from a thread of ours; blocks,
	 * until give_up, called from another, makes it fail at once.
	 */
	int (*next_deb)(void *context, size_t *item, int *fd,
	    struct error *err);
	void (*give_up)(void *context);
	/* The .deb in this place of the plan is why it failed; may be NULL. */
	void (*malformed)(void *context, size_t item);
	/*
	 * The essential packages are configured, and there is no trace of us:
	 * the time to copy the root for runs that begin with the same packages.
	 * -1 and why: it is not kept, which is no failure. NULL: no need.
	 */
	int (*keep_essential)(void *context, struct error *err);
	/* The root is not empty but such a copy; their .debs never come. */
	bool has_essential;
	void *context;
};

int bootstrap_run(const struct bootstrap *bootstrap, struct error *err);

#endif
