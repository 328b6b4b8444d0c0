/*
 * root_target: where a root goes: a directory, a file, or a stream. What has a
 * name is made beside its final name and renamed, so a run that fails leaves
 * nothing, and what was there before is not touched. A file that is there is
 * replaced by the rename, a directory must be empty; one that need not be is
 * filled where it is, and what a failing run has put there stays.
 */
#ifndef ROOT_ROOT_TARGET_H
#define ROOT_ROOT_TARGET_H

#include "base/error.h"
#include "root/root_format.h"

struct root_target {
	const char *given;	/* as the user wrote it; "-" for stdout */
	enum { TARGET_NONE, TARGET_STREAM, TARGET_FILE, TARGET_DIRECTORY }
	    kind;
	char *above;	/* the target's directory, as given */
	size_t found;	/* so much of that was there before */
	char *parent_path;	/* the same, absolute; NULL: not made yet */
	int parent;
	char *name;	/* the target's last name */
	char *temporary;	/* beside it; NULL once all is done */
	bool may_be_filled;	/* the directory need not be empty … */
	bool is_filled;	/* … and is not */
	bool in_place;	/* a directory that cannot be renamed over */
	int fd;	/* of a file or stream */
	bool is_done;
};

/* Can a root of this format go to `given`? No descriptor is open yet. */
int root_target_check(struct root_target *target,
    const struct root_format *format, struct error *err);
/* Makes what is to be renamed, but for a directory, which is the caller's to
 * make under the name `temporary`; its missing parents are made here. */
int root_target_begin(struct root_target *target, struct error *err);
int root_target_commit(struct root_target *target, struct error *err);
/* Removes what is not committed. */
void root_target_release(struct root_target *target);

#endif
