/*
 * hooks: the programs that are run for each guest, STAGE/NN-name: those of the
 * admin (hooks.d, see config.h) and those that come with mkguest (hooks/). A
 * name is two digits, a hyphen, and letters, digits and . _ + -. They run in
 * the order of the names over all places; a file stands in the place of those
 * of its name in later ones, and one that is empty or a link to /dev/null only
 * masks them.
 *
 * Those for the moments of a bootstrap are run by hook_run.h. The others are
 * run here, each with the variables of hook_facts as MKGUEST_NAME.
 */
#ifndef GUEST_HOOKS_H
#define GUEST_HOOKS_H

#include "base/error.h"
#include "base/events.h"
#include "install/hook_list.h"

/* A directory of stages. */
struct hook_place {
	const char *path;
	bool is_shipped;	/* to be trusted as our program is */
};

/* Adds the hooks of all stages. One that is not root's or ours, or that others
 * can write to, is refused; so is its directory. */
int hooks_find(struct hook_list *hooks, struct events *events,
    struct error *err);
/* Adds those of one place. */
int hooks_find_in(struct hook_list *hooks, const struct hook_place *place,
    struct events *events, struct error *err);
/* Is such a file, or directory, nobody's but root's and ours? */
int hooks_trust(const char *path, bool is_shipped, struct error *err);

/* What hooks are told after the bootstrap; NULL: not there yet. */
struct hook_facts {
	const char *name;
	const char *suite;
	const char *architecture;
	const char *target;	/* the path that is their argument, too */
	const char *cfg;
	const char *manifest;
};

/*
 * Runs those of one stage, from HOOK_PERSONALISE on, until one fails. Before
 * HOOK_CREATED that is in the sandbox, and whatever processes a hook leaves end
 * with it. `passed` becomes their descriptor HOOK_DESCRIPTOR unless it is -1.
 */
int hooks_run(const struct hook_list *hooks, enum hook_stage stage,
    const struct hook_facts *facts, int passed, struct events *events,
    struct error *err);

#endif
