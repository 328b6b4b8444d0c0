/*
 * run_install: the run of a guest whose system comes from an installer's image
 * (--iso): its medium is looked at, its disks are claimed and left empty, and
 * a domain file starts it from the CD.
 */
#ifndef MAKE_RUN_INSTALL_H
#define MAKE_RUN_INSTALL_H

#include "make/commit.h"
#include "make/run.h"

/* What is on the image, and does the guest's firmware boot it? Fills in what
 * the guest's machine gets by default. */
int run_install_plan(struct run *run, struct error *err);
/* In place of a root: files beside the disks, and the disks. */
int run_install_make(struct run *run, struct commit *files, struct error *err);

#endif
