/*
 * root_hooks: the hooks of a request made ready to run: the list, the facts
 * that they are told, and the listener outside the sandbox.
 */
#ifndef ROOT_ROOT_HOOKS_H
#define ROOT_ROOT_HOOKS_H

#include "install/hook_listener.h"
#include "install/hook_run.h"
#include "root/root_build.h"

struct root_hooks {
	struct hook_run run;
	struct hook_listener listener;
	char *apt_settings;
	struct buffer apt_keys;
};

/* Before the sandbox. */
int root_hooks_begin(struct root_hooks *hooks, const struct root_build *build,
    struct error *err);
/* In the sandbox: with the plan that was made after setup hooks; what these
 * have left is in the file `settings`. */
int root_hooks_planned(struct root_hooks *hooks,
    const struct root_build *build, int settings, struct error *err);
void root_hooks_end(struct root_hooks *hooks);

#endif
