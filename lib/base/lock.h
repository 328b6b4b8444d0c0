/*
 * lock: two runs do not work on the same thing. A lock is flock(2) on a file,
 * so it ends with the process whatever becomes of that.
 */
#ifndef BASE_LOCK_H
#define BASE_LOCK_H

#include "base/error.h"

/*
 * An exclusive lock on a file that is made if need be: its descriptor; -1 if
 * another run has it, which the sentence names. `what` is at work on.
 */
int lock_take(const char *path, const char *what, struct error *err);
/* Ends the lock, and its file with it. */
void lock_remove(int *fd, const char *path);

/* Who holds a lock on this open file: "process 12 (qemu)", else "another
 * program"; freed by the caller. */
char *lock_holder(int fd);

#endif
