/*
 * console: what a guest says on its serial console, bytes into lines. Escape
 * sequences and control characters are dropped, also when they arrive cut in
 * two, so that the lines can be matched and shown.
 *
 *	struct console console = {.hostname = "debian1"};
 *	console_add(&console, bytes, length);
 *	if (console.login) …
 *	console_release(&console);
 */
#ifndef EMULATE_CONSOLE_H
#define EMULATE_CONSOLE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/events.h"
#include "base/vector.h"

enum { CONSOLE_LINES = 20, CONSOLE_LINE_MAX = 1024 };

enum console_state {
	CONSOLE_TEXT,
	CONSOLE_ESCAPE,	/* after ESC */
	CONSOLE_SEQUENCE,	/* ESC [ … until a letter */
	CONSOLE_STRING,	/* ESC ] … until BEL or ESC \ */
};

struct console {
	const char *hostname;	/* whose prompt is waited for; the caller's */
	struct events *events;	/* gets every line as a debug message */
	uint64_t bytes;	/* of all that came */
	bool login;	/* the prompt was seen */
	const char *hopeless;	/* why it will not come any more; static */
	struct buffer line;	/* the one under way */
	enum console_state state;
	bool returned;	/* a carriage return came last */
	char *lines[CONSOLE_LINES];	/* the last ones, not empty */
	size_t count;	/* of all lines ever kept */
};

#define auto_console __attribute__((cleanup(console_release)))

void console_add(struct console *console, const void *data, size_t length);
/* Adds copies of the last lines, the one under way too, oldest first. */
void console_last_lines(const struct console *console, struct strings *lines);
void console_release(struct console *console);

#endif
