/*
 * epoch: SOURCE_DATE_EPOCH, the time that a reproducible run pretends it is
 * (https://reproducible-builds.org/specs/source-date-epoch/).
 */
#ifndef BASE_EPOCH_H
#define BASE_EPOCH_H

#include <stdint.h>

int64_t source_date_epoch(void);	/* seconds; -1 if it is not set */
int64_t epoch_or_now(void);

#endif
