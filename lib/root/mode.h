/*
 * mode: how a root is made, in mmdebstrap's words: "root", or "unshare" in a
 * user namespace. Both work in the same sandbox; hooks are told which it is.
 */
#ifndef ROOT_MODE_H
#define ROOT_MODE_H

#include "base/error.h"

/* NULL or a value of --mode gives "root" or "unshare"; NULL with a sentence
 * for one that we do not have. */
const char *mode_find(const char *wanted, struct error *err);

#endif
