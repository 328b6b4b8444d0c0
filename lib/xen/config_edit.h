/*
 * config_edit: a domain file's text with one key changed, and all the rest,
 * comments and blanks too, as it was.
 */
#ifndef XEN_CONFIG_EDIT_H
#define XEN_CONFIG_EDIT_H

#include "base/buffer.h"
#include "base/error.h"
#include "xen/config.h"

/* A value as the file has it: numbers, and what begins with a quote or "[", as
 * they are, any other text in quotes. An error if xl could not read it. */
int config_value_text(const char *value, struct buffer *text,
    struct error *err);
/* In quotes. An error if there are control characters in it, which xl cannot
 * read, or if it is no UTF-8. */
int config_quote(const char *value, struct buffer *text, struct error *err);

/*
 * `config` is the reading of `text`. The key's first assignment takes the value
 * (as the file is to have it), any other of it goes; a key that is not there is
 * added at the end. value NULL: all of them go. The result is appended to
 * `edited`.
 */
void config_edit(const struct config *config, struct view text,
    const char *key, const char *value, struct buffer *edited);

#endif
