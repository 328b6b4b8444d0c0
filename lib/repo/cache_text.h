/*
 * cache_text: small texts that a later run may take up again, by a key that
 * says what they are of: CACHE/SHELF/KEY. What is damaged, was kept under
 * another key or could have been written by another user counts as absent.
 */
#ifndef REPO_CACHE_TEXT_H
#define REPO_CACHE_TEXT_H

#include "base/buffer.h"
#include "base/digest.h"
#include "base/error.h"

/* The key of what `text` describes; hex is safe as a file name. */
void cache_text_key(struct view text, char hex[DIGEST_HEX_MAX + 1]);

/* Appends the text, whose last use is now. */
bool cache_text_find(int cache, const char *shelf, const char *key,
    struct buffer *text);
/* In the place of any other. */
int cache_text_keep(int cache, const char *shelf, const char *key,
    struct view text, struct error *err);

#endif
