/*
 * hook_program: one hook as a process outside the root. A command that is an
 * executable file, or has no character that means something to a shell, is run
 * with the path of what it works on as its argument; others are
 * `sh -c COMMAND exec PATH`. A chrooted one is run by the root's own sh.
 */
#ifndef INSTALL_HOOK_PROGRAM_H
#define INSTALL_HOOK_PROGRAM_H

#include <stdbool.h>

#include "base/error.h"
#include "base/events.h"
#include "base/vector.h"
#include "install/hook_list.h"

/* Number of `passed` in a hook: one digit, as shells want it. */
enum { HOOK_DESCRIPTOR = 3 };

struct hook_program {
	const struct hook *hook;	/* borrowed */
	const char *target;	/* the path that it is handed; borrowed */
	int root;	/* of a chrooted one */
	int passed;	/* the caller's; or -1 */
	const char *programs;	/* PATH begins with it; or NULL */
	struct strings environment;	/* NAME=VALUE, besides the user's own */
	/*
	 * Somebody sits before it: it reads our standard input, has the
	 * terminal if there is one, and what it prints is shown. Otherwise
	 * there is nothing to read, and what it prints is debug text.
	 */
	bool is_attended;
	/* In a pid namespace, so that all processes that it leaves end with
	 * it. Needs CAP_SYS_ADMIN, which there is in a sandbox. */
	bool is_contained;
	struct events *events;
};

int hook_program_run(const struct hook_program *program, struct error *err);

#endif
