/*
 * commit: small files that appear together. Each is written and synced beside
 * its final name first, so that what can fail has failed before the first of
 * them is seen.
 */
#ifndef MAKE_COMMIT_H
#define MAKE_COMMIT_H

#include <sys/types.h>

#include "base/buffer.h"
#include "base/error.h"

struct commit_file {
	int directory;
	int fd;	/* holds a lock, so that the next run sees who is dead */
	char *name;
	char *temporary;	/* NULL once it has its name */
};

struct commit {
	struct commit_file *items;
	size_t count;
	size_t capacity;
};

#define auto_commit __attribute__((cleanup(commit_release)))

/* Makes missing directories above it. */
int commit_add(struct commit *commit, const char *path,
    const struct buffer *content, mode_t mode, struct error *err);
int commit_run(struct commit *commit, struct error *err);
/* What has not got its name is gone. */
void commit_release(struct commit *commit);

#endif
