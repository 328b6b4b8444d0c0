/*
 * run_json: what a run makes, or would make, as JSON. The objects become the
 * caller's; NULL: a text in it is not UTF-8.
 */
#ifndef RUN_JSON_H
#define RUN_JSON_H

#include <jansson.h>

#include "make/presence.h"
#include "make/run.h"

/* The guest: name, suite, disks, nics, cfg and so on; after run_plan. */
json_t *run_json(const struct run *run);
/* What is in it besides if nothing is made: packages, bytes to download,
 * hooks and writes, as run_writes has them. */
json_t *run_dry_json(const struct run *run);
/* name; state, which is missing, there or changed; and of a guest that is
 * changed, its differences: field, before and after, a list of values each. */
json_t *presence_json(const struct presence *presence);

#endif
