/*
 * url: an address from a path, whose blanks and other characters that would
 * mean something in addresses are quoted (RFC 3986).
 */
#ifndef REPO_URL_H
#define REPO_URL_H

#include "base/text.h"

/* A path below an address. Freed by the caller. */
char *url_below(const char *address, struct view path);

/* An archive as people name it: an absolute path is one of file:. Freed by
 * the caller. */
char *url_of_operand(const char *operand);

#endif
