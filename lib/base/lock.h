/*
 * lock: two runs do not work on the same thing. A lock is flock(2) on a file,
 * so it ends with the process whatever becomes of that.
 */
#ifndef BASE_LOCK_H
#define BASE_LOCK_H

#include <stdbool.h>

#include "base/error.h"

/*
 * An exclusive lock on an empty file that is made if need be, and stays: its
 * descriptor; -1 if another run has it, which the sentence names. `what` is
 * what both are at work on.
 */
int lock_take(const char *path, const char *what, struct error *err);

/* Would lock_take find that another run has it? */
bool lock_is_taken(const char *path);

/* Has another open file description a lock on bytes of this one, as QEMU has? */
bool lock_is_foreign(int fd);
/* Who holds a lock on this open file: "process 12 (qemu)", else "another
 * program"; freed by the caller. */
char *lock_holder(int fd);

#endif
