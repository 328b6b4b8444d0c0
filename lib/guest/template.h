/*
 * template: text in which ${NAME} stands for a value. A name without a value
 * is an error, and so is "${" without its end; a lone $ is only a $.
 */
#ifndef GUEST_TEMPLATE_H
#define GUEST_TEMPLATE_H

#include "base/buffer.h"
#include "base/error.h"

struct template_value {
	const char *name;
	const char *value;
};

#define TEMPLATE_VALUES_END {NULL, NULL}

/* Appends the text of templates/NAME, the admin's own if there is one. */
int template_read(const char *name, const struct template_value *values,
    struct buffer *text, struct error *err);

/* The same for a text at hand; `path` is for messages. */
int template_expand(const char *path, struct view template,
    const struct template_value *values, struct buffer *text,
    struct error *err);

/* Can all that guests are made with be read, and be filled in with what is
 * known of a guest? The admin's own may be not. */
int template_check_all(struct error *err);

#endif
