/*
 * nearest: the name that was meant by a word with a slip in it.
 */
#ifndef BASE_NEAREST_H
#define BASE_NEAREST_H

#include <stddef.h>

#include "base/text.h"

/* How many letters must be put in, left out, changed or swapped with their
 * neighbour to make one of the other. */
size_t nearest_slips(struct view a, struct view b);

/* Is a name with so many slips still what was meant? */
bool nearest_is_near(struct view word, size_t slips);

#endif
