#include "base/events.h"

#include <stdarg.h>

#include "base/cleanup.h"
#include "base/memory.h"

static void
events_message(struct events *events, enum event_level level,
    const char *format, va_list arguments)
{
	auto_free char *text = NULL;

	if (!events || !events->message)
		return;
	text = memory_vprintf(format, arguments);
	events->message(events, level, text);
}

void
events_debug(struct events *events, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	events_message(events, EVENT_DEBUG, format, arguments);
	va_end(arguments);
}

void
events_info(struct events *events, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	events_message(events, EVENT_INFO, format, arguments);
	va_end(arguments);
}

void
events_warn(struct events *events, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	events_message(events, EVENT_WARNING, format, arguments);
	va_end(arguments);
}

void
events_line(struct events *events, enum event_level level, const char *text)
{
	if (events && events->message)
		events->message(events, level, text);
}

void
events_step(struct events *events, const char *name)
{
	if (events && events->step)
		events->step(events, name);
}

void
events_progress(struct events *events, enum event_unit unit, uint64_t done,
    uint64_t total)
{
	if (events && events->progress)
		events->progress(events, unit, done, total);
}

int
events_ask_secret(struct events *events, const char *question, char **secret,
    struct error *err)
{
	if (!events || !events->ask_secret)
		return error_set(err, "there is nobody to ask for the %s",
		    question);
	return events->ask_secret(events, question, secret, err);
}
