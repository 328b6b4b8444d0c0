/*
 * root_output: a root that is built into what mkguest-root was asked for.
 */
#ifndef ROOT_ROOT_OUTPUT_H
#define ROOT_ROOT_OUTPUT_H

#include "base/error.h"
#include "root/root.h"
#include "root/root_format.h"
#include "root/root_target.h"

struct root_output_request {
	const char *target;	/* a path, or "-" */
	char *format;	/* of root_format_find */
	uint64_t size;	/* of a filesystem; 0: what the root needs */
	unsigned skip;	/* see install/skip.h */
};

struct root_output {
	struct root_output_request wanted;
	const struct root_format *format;
	const struct compression *compression;	/* of a tar; or NULL */
	struct root_target target;
	bool only_plan;	/* the target becomes nothing */
};

#define auto_root_output __attribute__((cleanup(root_output_release)))

/* Refuses what cannot be made, before anything is. */
int root_output_check(struct root_output *output,
    const struct root_output_request *wanted, struct error *err);
/* What will be written, as "directory PATH"; nothing for a stream. */
void root_output_writes(const struct root_output *output,
    struct strings *writes);
/* Runs the build into the target. */
int root_output_build(struct root_output *output,
    struct root_request *request, struct root_plan *root_plan,
    struct error *err);
/* The plan that setup hooks lead to: runs them in a root that is dropped. */
int root_output_plan_only(struct root_plan *root_plan,
    struct root_request *request, struct error *err);
void root_output_release(struct root_output *output);

#endif
