/*
 * guest_program: a program that runs inside the root while packages are
 * installed: no questions, no syncs, a fixed environment. What it prints goes
 * to events as debug text, and its last lines into the sentence when it fails.
 * With root 0 it runs outside, as hooks do.
 *
 *	struct guest_program program = {root, events, filter};
 *	guest_program_begin(&program, "/usr/bin/dpkg");
 *	command_add(&program.command, "--configure");
 *	guest_program_run(&program, err);
 *	guest_program_release(&program);
 */
#ifndef INSTALL_GUEST_PROGRAM_H
#define INSTALL_GUEST_PROGRAM_H

#include "base/command.h"
#include "base/events.h"
#include "install/sync_filter.h"

struct guest_program {
	int root;
	struct events *events;
	const struct sync_filter *filter;
	enum event_level level;	/* of the lines it prints */
	/* Sees each line it prints; may be NULL. false: not one to keep. */
	bool (*line)(void *context, const char *text);
	void *context;
	struct command command;
	struct strings last_lines;	/* those that were kept */
};

#define auto_guest_program \
	__attribute__((cleanup(guest_program_release)))

/* No questions, and no language but C's. */
void guest_program_settle(struct command *command);
void guest_program_begin(struct guest_program *program, const char *path);
int guest_program_run(struct guest_program *program, struct error *err);
/* The last lines as a part of a sentence: "one / two". Freed by caller. */
char *guest_program_words(const struct guest_program *program);
void guest_program_release(struct guest_program *program);

#endif
