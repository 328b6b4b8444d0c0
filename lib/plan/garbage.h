/*
 * garbage: what came into a closure for something that was given up later, and
 * that nothing there depends on, recommends or suggests. apt's install leaves
 * such new packages out at the end (MarkRequired of its pkgDepCache).
 */
#ifndef PLAN_GARBAGE_H
#define PLAN_GARBAGE_H

#include "plan/closure.h"

void garbage_give_up(struct closure *closure);

#endif
