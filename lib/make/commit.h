/*
 * commit: small files that appear together.
 *
 *	commit_add	written and synced in the directory of its final name,
 *			without a name, or where the filesystem cannot do that,
 *			as .NAME.PID
 *	commit_name	.NAME.PID, all of them: what can fail has failed
 *	commit_put	NAME
 *	commit_settle	that is on the disk, too
 */
#ifndef MAKE_COMMIT_H
#define MAKE_COMMIT_H

#include <sys/types.h>

#include "base/buffer.h"
#include "base/error.h"
#include "base/vector.h"

struct commit_file {
	int directory;
	int fd;	/* holds a lock, so that the next run sees who is dead;
		   -1: it is a link */
	char *target;	/* of the link; NULL: it is a file */
	char *name;
	char *temporary;	/* NULL: it has none, or none any more */
	struct strings made;	/* directories that were not there before */
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
/* The same with the content of a file in memory. */
int commit_add_memory(struct commit *commit, const char *path, int memory,
    mode_t mode, struct error *err);
/* The same for a symbolic link. */
int commit_add_link(struct commit *commit, const char *path,
    const char *target, struct error *err);
int commit_name(struct commit *commit, struct error *err);
int commit_put(struct commit *commit, struct error *err);
int commit_settle(const struct commit *commit, struct error *err);
/* What has not got its name is gone, with the directories that were made for
 * it and are empty. */
void commit_release(struct commit *commit);

#endif
