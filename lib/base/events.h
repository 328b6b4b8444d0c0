/*
 * events: what the library has to say, and to ask, while it works. lib/ never
 * prints: it calls this table, which a tool fills in (bin/terminal.c). NULL is
 * silence.
 */
#ifndef BASE_EVENTS_H
#define BASE_EVENTS_H

#include <stdint.h>

#include "base/error.h"

enum event_level {
	EVENT_DEBUG,
	EVENT_INFO,
	EVENT_WARNING,
	EVENT_OUTPUT,	/* what a program of the user's own says, as it is */
};
enum event_unit { EVENT_BYTES, EVENT_PACKAGES };

struct events {
	void (*message)(struct events *events, enum event_level level,
	    const char *text);
	/* A step begins, and with it the one before ends; NULL ends the last. */
	void (*step)(struct events *events, const char *name);
	/* Done and in all, of the present step. */
	void (*progress)(struct events *events, enum event_unit unit,
	    uint64_t done, uint64_t total);
	/* Asks for a secret, which is not shown; the caller's to free with
	 * memory_free_secret. */
	int (*ask_secret)(struct events *events, const char *question,
	    char **secret, struct error *err);
};

void events_debug(struct events *events, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void events_info(struct events *events, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void events_warn(struct events *events, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* One line, at the level given. */
void events_line(struct events *events, enum event_level level,
    const char *text);
void events_step(struct events *events, const char *name);
void events_progress(struct events *events, enum event_unit unit,
    uint64_t done, uint64_t total);
/* An error where there is nobody to ask. */
int events_ask_secret(struct events *events, const char *question,
    char **secret, struct error *err);

#endif
