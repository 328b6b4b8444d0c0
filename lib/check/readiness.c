#include "check/readiness.h"

#include <stdarg.h>
#include <stdlib.h>

#include "base/memory.h"

void
readiness_begin(struct readiness *readiness, const char *name)
{
	*vector_push(&readiness->items) = (struct readiness_item){.name = name};
}

void
readiness_say(struct readiness *readiness, enum readiness_state state,
    const char *fix, const char *format, ...)
{
	struct readiness_item *item =
	    &readiness->items.items[readiness->items.count - 1];
	va_list arguments;

	va_start(arguments, format);
	item->state = state;
	item->text = memory_vprintf(format, arguments);
	item->fix = memory_string(fix);
	va_end(arguments);
	readiness->missing += state == READINESS_MISSING;
}

void
readiness_release(struct readiness *readiness)
{
	vector_each(item, &readiness->items) {
		free(item->text);
		free(item->fix);
	}
	vector_release(&readiness->items);
}
