/*
 * locale: the languages of a guest, LANGUAGE_COUNTRY[.CHARSET][@MODIFIER] as
 * locale-gen(8) of Debian's package locales makes them. They are generated when
 * the base is; which of them is the default, LANG, is the guest's own. One
 * without a character set in its name is taken to have UTF-8, too, as those
 * have that never had another.
 */
#ifndef GUEST_LOCALE_H
#define GUEST_LOCALE_H

#include <stdbool.h>

#include "base/buffer.h"
#include "base/error.h"
#include "base/vector.h"

/* As locale-gen knows it (utf8 is UTF-8), freed by the caller; NULL and wrong
 * use if it is none. */
char *locale_normal(const char *name, struct error *err);

/* Is it one that libc knows without the package? */
bool locale_is_built_in(const char *name);

/* The lines of /etc/locale.gen, sorted, for those that are not. */
void locale_gen_text(const struct strings *locales, struct buffer *text);

/* Does a list in that form, such as /usr/share/i18n/SUPPORTED, have it? */
bool locale_list_has(struct view list, const char *name);

#endif
