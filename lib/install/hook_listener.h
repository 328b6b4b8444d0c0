/*
 * hook_listener: the process outside the sandbox that reads and writes the
 * host's files for special hooks (hook_transfer.h), as the user who started us
 * and relative to where that was.
 */
#ifndef INSTALL_HOOK_LISTENER_H
#define INSTALL_HOOK_LISTENER_H

#include <sys/types.h>

#include "base/error.h"
#include "install/hook_channel.h"

struct hook_listener {
	pid_t child;	/* 0: none */
	int channel;	/* the hooks' end, or -1 */
};

/* Before the sandbox, which inherits the channel. */
int hook_listener_start(struct hook_listener *listener, struct error *err);
void hook_listener_end(struct hook_listener *listener);

/* mkguest-root --hook-listener VERBOSITY: serves the channel that is its stdin
 * and stdout until "adios". */
int hook_listener_help(char *const *arguments, struct error *err);

#endif
