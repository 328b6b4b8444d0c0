/*
 * command: runs another program: an argument vector, an environment,
 * descriptors, no shell. What it prints goes line by line to `line`, and its
 * end becomes a sentence.
 *
 *	struct command command = {.line = log_line, .context = log};
 *	command_add(&command, "mke2fs");
 *	command_add(&command, "/proc/self/fd/3");
 *	command_pass(&command, fd, 3);
 *	if (command_run(&command, err) < 0) …
 *	command_release(&command);
 */
#ifndef BASE_COMMAND_H
#define BASE_COMMAND_H

#include <sys/types.h>

#include "base/buffer.h"
#include "base/error.h"
#include "base/vector.h"

struct command_descriptor {
	int fd;	/* ours */
	int number;	/* in the child */
};

struct command {
	struct strings arguments;	/* [0] is looked up in PATH */
	struct strings environment;	/* NAME=value; empty: our own */
	VECTOR(struct command_descriptor) descriptors;
	int root;	/* chroot here first when > 0; PATH is the child's */
	/* In the child before exec, after chroot; -1 gives up with errno. */
	int (*prepare)(void *context);
	/* Each line of stdout and stderr, without its newline. */
	void (*line)(void *context, const char *text);
	void *context;
	struct buffer *output;	/* if set, stdout goes here instead */
	bool is_undisturbed;	/* an interrupt neither ends it nor keeps it
				   from being started */
	bool together;	/* stdout and stderr as one, in the order written */
	struct view input;	/* for stdin; /dev/null if absent; ≤ 64 KiB */
	char *last_line;	/* of stderr, for the sentence; owned */
};

#define auto_command __attribute__((cleanup(command_release)))

void command_add(struct command *command, const char *argument);
void command_addf(struct command *command, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void command_setenv(struct command *command, const char *name,
    const char *value);
void command_pass(struct command *command, int fd, int number);

/*
 * Runs to the end. 0 only for exit status 0; else -1 and a sentence that names
 * the program, how it ended, and its last line on stderr. An interrupt ends
 * the child (SIGTERM, then SIGKILL after 2 s). What a daemon that it left
 * behind keeps open is not waited for.
 */
int command_run(struct command *command, struct error *err);

/*
 * Starts it with these as its stdin, stdout and stderr, and leaves the rest to
 * the caller: following, ending and reaping it. Its pid, or -1. It dies with us.
 */
pid_t command_start(struct command *command, const int streams[3],
    struct error *err);

void command_release(struct command *command);

/* Is there such a program in PATH or the sbin directories? */
bool command_exists(const char *name);

#endif
