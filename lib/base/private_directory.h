/*
 * private_directory: a temporary directory of our own, PLACE/PREFIX.XXXXXX,
 * mode 0700, for what other programs want as files. It is locked (flock) while
 * it is used; those of the user's dead runs go when the next one is made.
 */
#ifndef BASE_PRIVATE_DIRECTORY_H
#define BASE_PRIVATE_DIRECTORY_H

#include "base/error.h"

struct private_directory {
	char *path;	/* NULL: there is none */
	int lock;	/* the directory itself */
};

#define PRIVATE_DIRECTORY_NONE (struct private_directory){.lock = -1}
#define auto_private_directory \
	__attribute__((cleanup(private_directory_close)))

/* In $TMPDIR, else /tmp; to be closed in any case. */
int private_directory_open(struct private_directory *directory,
    const char *prefix, struct error *err);
/* The same in memory, if there is a place for that: for secrets. */
int private_directory_open_secret(struct private_directory *directory,
    const char *prefix, struct error *err);
/* Removes it with all that is in it. */
void private_directory_close(struct private_directory *directory);

#endif
