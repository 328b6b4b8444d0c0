/*
 * refusal: says why a closure cannot be installed, from what was asked for
 * down to what is missing or in conflict.
 */
#ifndef PLAN_REFUSAL_H
#define PLAN_REFUSAL_H

#include "plan/closure.h"

/* 0 if nothing is wrong, else -1 and the sentence. */
int refusal_check(struct closure *closure, struct error *err);

#endif
