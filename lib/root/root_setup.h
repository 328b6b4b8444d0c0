/*
 * root_setup: the plan of a root that has setup hooks, which may change where
 * its packages come from: it is made when they are through. The two sides of
 * the sandbox hand each other files in memory:
 *
 *	inside		root_setup_tell		what the root's etc/apt says
 *	outside		root_setup_plan		makes the plan
 *	inside		root_setup_take		has it, too
 */
#ifndef ROOT_ROOT_SETUP_H
#define ROOT_ROOT_SETUP_H

#include "install/hook_apt.h"
#include "root/root_build.h"

struct root_setup {
	int settings;	/* of root_settings.h */
	int plan;
};

#define ROOT_SETUP_NONE ((struct root_setup){-1, -1})

bool root_setup_is_needed(const struct root_request *request);
/* Bytes that the root may come to: before setup hooks it is not known which
 * packages come. */
uint64_t root_setup_size(const struct root_request *request,
    const struct root_plan *root_plan);

/* Before the sandbox. */
int root_setup_begin(struct root_setup *setup, struct error *err);

int root_setup_tell(const struct root_setup *setup, int root,
    struct error *err);
/* Changes build->request, too. */
int root_setup_plan(const struct root_setup *setup,
    const struct root_build *build, struct error *err);
/* The lists' descriptors come by another way. */
int root_setup_take(const struct root_setup *setup,
    const struct root_build *build, struct hook_apt_lists *lists,
    struct error *err);

void root_setup_end(struct root_setup *setup);

#endif
