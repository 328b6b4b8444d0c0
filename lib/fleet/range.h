/*
 * range: a text that stands for several, as web[01-40] does for web01, web02
 * and so on. A range is two decimal numbers in brackets, the smaller one first,
 * which are part of it; all numbers have at least as many digits as the first.
 * Several ranges in a text go on together. A backslash before a range makes it
 * plain text, and goes away.
 */
#ifndef FLEET_RANGE_H
#define FLEET_RANGE_H

#include <stddef.h>

#include "base/buffer.h"
#include "base/error.h"
#include "base/text.h"

/* How many texts it stands for; 0: there is no range in it. Wrong use if a
 * range descends, is too long, or differs in length from another. */
int range_count(struct view text, size_t *count, struct error *err);
/* Appends the text number `index`, from 0. */
void range_text(struct view text, size_t index, struct buffer *expanded);

#endif
