/*
 * second_stage: a root whose programs do not run yet gets all that it needs to
 * finish itself: /debootstrap/debootstrap, a shell script (the template
 * second-stage), and /debootstrap/steps, one a line, the words separated by
 * blanks; paths are from the root:
 *
 *	export NAME=VALUE
 *	preinst NAME VARIABLE=VALUE…	by its directory of control files
 *	dpkg OPTION… NAME|DEB…		names that dpkg has forgotten are left out
 *	move FROM TO
 *	remove PATH
 *	empty DIRECTORY [EXCEPT]
 *	partial DIRECTORY		only for apt's user
 *	lock FILE			of apt
 *	truncate FILE			if it is there
 */
#ifndef INSTALL_SECOND_STAGE_H
#define INSTALL_SECOND_STAGE_H

#include "base/buffer.h"
#include "base/error.h"
#include "base/events.h"

/* Where the control files of packages with a preinst wait, by name. */
extern const char second_stage_preinsts[];

/* The first steps: the environment. */
void second_stage_begin(struct buffer *steps);
int second_stage_write(int root, const struct buffer *steps,
    struct error *err);

/* Runs the script of the root at `path`, with the mounts it needs. */
int second_stage_run(const char *path, struct events *events,
    struct error *err);

#endif
