/*
 * hook_list: programs and commands of the admin's and the user's own, for the
 * moments of a bootstrap and of what a guest goes through after it. Those of
 * the command line are in its order, a --hook-directory in its place there:
 *
 *	setup		the root has its skeleton, and no package; what its
 *			apt reads then decides which it gets
 *	extract		the essential packages are unpacked
 *	essential	they are configured
 *	customize	all is configured; only the clean-up follows
 *	personalise	the root has become this guest; file edits only
 *	filled		its filesystem is complete, and has no name yet
 *	created		the guest is there
 *	deleted		it is not there any more
 */
#ifndef INSTALL_HOOK_LIST_H
#define INSTALL_HOOK_LIST_H

#include <stdbool.h>

#include "base/error.h"
#include "base/events.h"
#include "base/options.h"
#include "base/vector.h"

enum hook_stage {
	HOOK_SETUP,
	HOOK_EXTRACT,
	HOOK_ESSENTIAL,
	HOOK_CUSTOMIZE,	/* the last of a bootstrap */
	HOOK_PERSONALISE,
	HOOK_FILLED,
	HOOK_CREATED,
	HOOK_DELETED,
};

enum { HOOK_STAGES = HOOK_DELETED + 1 };

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

/* A row of an option table; `member` is the struct strings of them all. */
#define HOOK_OPTION(record, member, name, argument, help) \
	{0, name, argument, help, OPTION_ORDER, offsetof(record, member)}

/* The rows for the moments of a bootstrap. */
#define HOOK_OPTIONS(record, member) \
	HOOK_OPTION(record, member, "setup-hook", "COMMAND", \
	    "when the root has no package"), \
	HOOK_OPTION(record, member, "extract-hook", "COMMAND", \
	    "when the essential packages are unpacked"), \
	HOOK_OPTION(record, member, "essential-hook", "COMMAND", \
	    "when they are configured"), \
	HOOK_OPTION(record, member, "customize-hook", "COMMAND", \
	    "when everything is"), \
	HOOK_OPTION(record, member, "chrooted-extract-hook", "COMMAND", \
	    "as --extract-hook, by the root's own sh"), \
	HOOK_OPTION(record, member, "chrooted-essential-hook", "COMMAND", \
	    "likewise"), \
	HOOK_OPTION(record, member, "chrooted-customize-hook", "COMMAND", \
	    "likewise"), \
	HOOK_OPTION(record, member, "hook-directory", "DIR", \
	    "its setup*, extract*, essential*, customize*")

/* Adds one at the end. */
void hook_list_add(struct hook_list *hooks, enum hook_stage stage,
    bool is_chrooted, const char *command);
/* A directory is read now. `options`: names of options and their values by
 * turns (OPTION_ORDER). */
int hook_list_read(struct hook_list *hooks, const struct strings *options,
    struct events *events, struct error *err);
void hook_list_release(struct hook_list *hooks);

bool hook_list_has(const struct hook_list *hooks, enum hook_stage stage);

const char *hook_stage_name(enum hook_stage stage);
/* For messages; freed by the caller: "setup hook 'PROGRAM'", or its number,
 * since a line for sh may hold what nobody else should read. */
char *hook_title(const struct hook *hook);

#endif
