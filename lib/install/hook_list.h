/*
 * hook_list: the user's own commands for the four moments of a bootstrap, in
 * the order of the command line, a --hook-directory in its place there:
 *
 *	setup      the root has its skeleton, and no package; what its apt
 *		   reads then decides which it gets
 *	extract    the essential packages are unpacked
 *	essential  they are configured
 *	customize  all is configured; only the clean-up follows
 */
#ifndef INSTALL_HOOK_LIST_H
#define INSTALL_HOOK_LIST_H

#include <stdbool.h>

#include "base/error.h"
#include "base/events.h"
#include "base/vector.h"

enum hook_stage { HOOK_SETUP, HOOK_EXTRACT, HOOK_ESSENTIAL, HOOK_CUSTOMIZE };

struct hook {
	enum hook_stage stage;
	bool is_chrooted;	/* runs inside the root, by its sh */
	unsigned number;	/* among those of its stage, from 1 */
	char *command;	/* owned */
};

struct hook_list {
	struct hook *items;
	size_t count;
	size_t capacity;
};

#define auto_hook_list __attribute__((cleanup(hook_list_release)))

/* A directory is read now. `options`: names of options and their values by turns (OPTION_ORDER). */
int hook_list_read(struct hook_list *hooks, const struct strings *options,
    struct events *events, struct error *err);
void hook_list_release(struct hook_list *hooks);

bool hook_list_has(const struct hook_list *hooks, enum hook_stage stage);

const char *hook_stage_name(enum hook_stage stage);
/* For messages; freed by the caller: "setup hook 'PROGRAM'", or its number,
 * since a line for sh may hold what nobody else should read. */
char *hook_title(const struct hook *hook);

#endif
