/*
 * terminal: what the tools say to people; the only printer. Results go to
 * stdout; messages, steps and progress to stderr and into --log.
 *
 *	struct request { struct terminal_options terminal; … };
 *	static const struct option options[] = {
 *		TERMINAL_OPTIONS(struct request, terminal),
 *		…
 *	};
 *	terminal_start(&terminal, "mkguest");
 *	if (options_parse(…, &err) < 0 ||
 *	    terminal_open(&terminal, &request.terminal, &err) < 0 ||
 *	    work(&terminal.events, &err) < 0)
 *		return terminal_fail(&terminal, &err);
 *	return terminal_end(&terminal);
 */
#ifndef TERMINAL_H
#define TERMINAL_H

#include <stdbool.h>
#include <stdio.h>

#include "base/error.h"
#include "base/events.h"
#include "base/options.h"

struct terminal_options {
	bool help;
	bool version;
	char voice;	/* 'q' or 's': quiet; 'v' or 'd', in mmdebstrap's
			   words: verbose */
	char *log;
	char *logfile;	/* in place of stderr, as mmdebstrap's */
};

#define TERMINAL_OPTIONS(record, member) \
	{'q', "quiet", NULL, "say only what fails", OPTION_LETTER, \
	    offsetof(record, member.voice)}, \
	{'v', "verbose", NULL, "say everything, the guest's output too", \
	    OPTION_LETTER, offsetof(record, member.voice)}, \
	{0, "log", "FILE", "write everything to FILE (0600) as well", \
	    OPTION_TEXT, offsetof(record, member.log)}, \
	{'h', "help", NULL, "show this and end", OPTION_FLAG, \
	    offsetof(record, member.help)}, \
	{0, "version", NULL, "show the version and end", OPTION_FLAG, \
	    offsetof(record, member.version)}

struct terminal_step {
	char *name;
	double seconds;
};

struct terminal {
	struct events events;	/* hand &terminal.events to the library */
	const char *tool;
	bool quiet;
	bool verbose;
	bool is_terminal;	/* stderr: progress is one moving line */
	FILE *log;
	double started;	/* of the clock, in seconds */
	double step_started;
	double progress_shown;
	bool line_is_open;	/* a progress line stands on the terminal */
	VECTOR(struct terminal_step) steps;	/* ended ones, with their times */
	char *step;
};

/* First of all: catches signals, so that clean-ups run. */
void terminal_start(struct terminal *terminal, const char *tool);
/* Takes the options, opens the log. */
int terminal_open(struct terminal *terminal,
    const struct terminal_options *options, struct error *err);

/* Asks on the terminal whether to go on: 1 yes, 0 no. -1 if there is nobody to
 * ask, who could have said so with `option`. */
int terminal_confirm(struct terminal *terminal, const char *question,
    const char *option, struct error *err);

/* Prints "TOOL: error: …" and gives the exit status, 1 or 2. */
int terminal_fail(struct terminal *terminal, const struct error *err);
/* Checks that stdout took everything; the exit status, 0 or 1. */
int terminal_end(struct terminal *terminal);

double terminal_seconds(const struct terminal *terminal);	/* since start */

#endif
