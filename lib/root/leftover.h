/*
 * leftover: what a run that failed, or was killed, left of a root. It may
 * belong to ids that only the sandbox has, so there it is removed.
 */
#ifndef ROOT_LEFTOVER_H
#define ROOT_LEFTOVER_H

#include <dirent.h>

/* The next name in a directory; lost+found, which a fresh filesystem brings,
 * does not count. NULL at the end. */
const char *leftover_next(DIR *dir);

/* And its annex. */
void leftover_remove(int parent, const char *name);
/* Only what is in the directory. */
void leftover_empty(int parent, const char *name);
/* Those of runs that are dead: .NAME.PID or its annex, and nobody holds its
 * lock. */
void leftover_reap(int parent, const char *name);

#endif
