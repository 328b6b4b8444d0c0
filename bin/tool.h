/*
 * tool: what the tools' main functions have in common: options, --help, the
 * terminal, exit status 0 done, 1 failed, 2 wrong use.
 */
#ifndef TOOL_H
#define TOOL_H

#include "bin/terminal.h"

struct tool {
	const char *name;
	const char *usage;	/* one line */
	const char *about;	/* lines that say what it does */
	const struct option *const *tables;	/* NULL-ended; of one record */
	size_t terminal;	/* offset of struct terminal_options there */
	size_t origins;	/* offset of struct origins that is told which options
			   were there, and is the record's own; 0: nobody asks */
	int (*run)(void *record, struct strings *operands,
	    struct terminal *terminal, struct error *err);
};

/* `record` holds defaults, and takes the options; the exit status. */
int tool_main(const struct tool *tool, void *record, char **arguments);

#endif
