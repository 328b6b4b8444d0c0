/*
 * hook_run: runs the hooks of one stage of a bootstrap (hook_program.h), in the
 * sandbox, where the host's files are seen and the root's path leads to it.
 * The first that fails ends it.
 */
#ifndef INSTALL_HOOK_RUN_H
#define INSTALL_HOOK_RUN_H

#include "base/error.h"
#include "base/events.h"
#include "base/vector.h"
#include "install/hook_apt.h"
#include "install/hook_list.h"

struct hook_run {
	const struct hook_list *list;	/* borrowed */
	/* NAME=VALUE; told as MKGUEST_NAME and as MMDEBSTRAP_NAME. */
	struct strings facts;
	struct strings own_facts;	/* told as MKGUEST_NAME only */
	int channel;	/* of hook_listener */
	struct hook_apt apt;
	bool is_unshared;	/* in a user namespace */
	bool without_nodes;	/* see hook_transfer.h */
	bool is_unattended;	/* and contained: see hook_program.h */
};

int hook_run_stage(const struct hook_run *run, enum hook_stage stage,
    int root, struct events *events, struct error *err);
void hook_run_release(struct hook_run *run);

#endif
