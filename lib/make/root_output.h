/*
 * root_output: where mkguest-root puts a root: a directory, a tar file, or a
 * tar on stdout. Everything is made beside its final name and renamed, so a
 * run that fails leaves nothing and an existing target is not touched.
 */
#ifndef MAKE_ROOT_OUTPUT_H
#define MAKE_ROOT_OUTPUT_H

#include "base/error.h"
#include "make/root.h"

struct root_output {
	const char *target;	/* as given: a directory, *.tar, or - */
	enum { ROOT_DIRECTORY, ROOT_TAR, ROOT_STDOUT } kind;
	char *parent_path;	/* of the target's directory, absolute */
	int parent;
	char *name;	/* the target's last name */
	char *temporary;	/* beside it; NULL once all is done */
	bool in_place;	/* an empty directory that cannot be renamed over */
	int fd;	/* of the tar */
};

#define auto_root_output __attribute__((cleanup(root_output_release)))

/* Refuses a target that exists (an empty directory is fine). */
int root_output_check(struct root_output *output, const char *target,
    struct error *err);
/* What will be written, as "directory PATH"; nothing for a stream. */
void root_output_writes(const struct root_output *output,
    struct strings *writes);
/* Runs the build into the target. */
int root_output_build(struct root_output *output,
    const struct root_request *request, const struct root_plan *root_plan,
    struct error *err);
void root_output_release(struct root_output *output);

#endif
