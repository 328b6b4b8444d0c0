/*
 * keyboard: LAYOUT[:VARIANT], as xkb names them (keyboard(5)).
 */
#ifndef GUEST_KEYBOARD_H
#define GUEST_KEYBOARD_H

#include <stdbool.h>

#include "base/text.h"

/* Below a system's root: what it knows. */
#define KEYBOARD_LIST "usr/share/X11/xkb/rules/base.lst"

/* Could it be one? It goes between the quotes of a shell. */
bool keyboard_is_name(const char *keyboard);
/* Does the text of such a list have it? */
bool keyboard_list_has(struct view list, const char *keyboard);

#endif
