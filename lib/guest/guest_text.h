/*
 * guest_text: the text of a file that describes guests. Who can write to such a
 * file decides what is made, and where: one that others can write to is
 * refused.
 */
#ifndef GUEST_GUEST_TEXT_H
#define GUEST_GUEST_TEXT_H

#include <stdbool.h>

#include "base/buffer.h"
#include "base/error.h"

struct guest_text {
	char *path;	/* for messages */
	struct buffer content;
};

#define auto_guest_text __attribute__((cleanup(guest_text_release)))

/* "-", if the user named it, is standard input. A file that nobody named has to
 * be root's or the user's own. */
int guest_text_read(struct guest_text *text, const char *path, bool was_named,
    struct error *err);
struct view guest_text_view(const struct guest_text *text);
void guest_text_release(struct guest_text *text);

#endif
