/*
 * size: byte counts as people write them. Units are powers of 1024:
 * K, M, G, T (lower case too, "iB" and "B" may follow); a bare number is bytes.
 */
#ifndef BASE_SIZE_H
#define BASE_SIZE_H

#include <stdint.h>

#include "base/error.h"
#include "base/text.h"

int size_parse(struct view text, uint64_t *size, struct error *err);
/* A plain decimal number, no unit, no sign. */
int number_parse(struct view text, uint64_t *number, struct error *err);
/* Of memory, in MiB: a plain number is so many; a size is in whole MiB. */
int mebibytes_parse(struct view text, uint64_t *mebibytes, struct error *err);
/* "1.9 GB"-like text of at most 15 characters for people; freed by caller. */
char *size_text(uint64_t size);
/* In the largest unit that gives a whole number: "1536M"; freed by caller. */
char *size_exact(uint64_t size);

#endif
