/*
 * key: what a digest is taken of that names something by all that decides what
 * it is: named values, each with its length, so that no value can pass for
 * another field.
 */
#ifndef BASE_KEY_H
#define BASE_KEY_H

#include <stdint.h>

#include "base/buffer.h"
#include "base/digest.h"
#include "base/vector.h"

/* An absent value is not the same as an empty one. */
void key_add(struct buffer *key, const char *name, struct view value);
void key_text(struct buffer *key, const char *name, const char *text);
void key_number(struct buffer *key, const char *name, uint64_t number);
/* Each in its order. */
void key_strings(struct buffer *key, const char *name,
    const struct strings *strings);
/* Its SHA-256, which is safe as a file name. */
void key_finish(const struct buffer *key, char hex[DIGEST_HEX_MAX + 1]);

#endif
