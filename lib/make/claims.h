/*
 * claims: which disks are other guests' already, as their manifests and the
 * domain files beside ours say.
 */
#ifndef MAKE_CLAIMS_H
#define MAKE_CLAIMS_H

#include "base/error.h"

/*
 * Refuses `disk` if a guest other than `name` has it; the sentence names that
 * guest and the file that says so. Else 1 if it is this guest's own, 0 if
 * nobody's. Files that cannot be read as such say nothing.
 */
int claims_check(const char *name, const char *disk, const char *cfg_directory,
    struct error *err);

#endif
