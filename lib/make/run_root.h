/*
 * run_root: the root of a run's guest as the bootstrap makes it, before it is
 * the guest's own, in a work directory of the sandbox.
 */
#ifndef MAKE_RUN_ROOT_H
#define MAKE_RUN_ROOT_H

#include "base/error.h"
#include "make/run.h"
#include "root/root_build.h"
#include "root/workspace.h"
#include "tree/edit.h"

/* Each guest gets its own when it is personalised. */
#define RUN_ROOT_WITHOUT "etc/ssh/ssh_host_"

/* What it is made from besides packages. */
struct run_root_files {
	struct bootstrap_file files[4];	/* the last without a path */
	char *fstab;
	char *sources_path;
	struct buffer sources, locales;
};

#define auto_run_root_files __attribute__((cleanup(run_root_files_release)))

void run_root_files_make(struct run_root_files *files, const struct run *run);
void run_root_files_release(struct run_root_files *files);

/* The first member of the context of a struct root_build. */
struct run_root {
	struct run *run;
	const struct root_plan *root_plan;	/* that of the build */
	struct workspace workspace;
};

#define RUN_ROOT_NONE(of) \
	(struct run_root){.run = (of), .workspace = {.root = -1, .work = -1}}

/* `build` says what is done with it, and nothing of what it is. */
int run_root_build(struct run_root *root, struct root_build *build,
    struct error *err);

/* It becomes the guest's own, wherever it is by then. */
int run_root_personalise(const struct run *run, struct tree_edit *edit,
    struct events *events, struct error *err);

#endif
