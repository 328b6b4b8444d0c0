/*
 * clock: time that only goes forward, for measuring and for time-outs.
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>

/* Since some fixed moment. */
double clock_seconds(void);
int64_t clock_ms(void);

#endif
