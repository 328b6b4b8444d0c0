#include "bin/root_action.h"

#include <inttypes.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "repo/deb_tarball.h"
#include "root/root_output.h"
#include "root/root_setup.h"

static bool
is_foreign(const struct root_request *wanted, const struct package *package)
{
	vector_each(foreign, &wanted->foreign)
		if (view_is(package->architecture, *foreign))
			return true;
	return false;
}

static void
print_names(const struct root_request *wanted, const struct plan *plan)
{
	vector_each(item, plan) {
		printf("%s" VIEW_FORMAT, item == plan->items ? "" : " ",
		    VIEW_ARGUMENTS(item->package->name));
		if (is_foreign(wanted, item->package))
			printf(":" VIEW_FORMAT,
			    VIEW_ARGUMENTS(item->package->architecture));
	}
	putchar('\n');
}

static int
plan_find(struct root_plan *root_plan, struct root_request *wanted,
    struct error *err)
{
	return root_setup_is_needed(wanted)
	    ? root_output_plan_only(root_plan, wanted, err)
	    : root_plan_make(root_plan, wanted, err);
}

static int
make_root(struct root_request *wanted,
    const struct root_output_request *output_wanted, struct error *err)
{
	auto_root_plan struct root_plan root_plan = {.cache = -1};
	auto_root_output struct root_output output = {
		.target = {.parent = -1, .fd = -1}};

	if (root_output_check(&output, output_wanted, err) < 0 ||
	    (!root_setup_is_needed(wanted) &&
	    root_plan_make(&root_plan, wanted, err) < 0))
		return -1;
	return root_output_build(&output, wanted, &root_plan, err);
}

static void
print_packages(const struct plan *plan)
{
	vector_each(item, plan)
		printf(VIEW_FORMAT " " VIEW_FORMAT " " VIEW_FORMAT
		    " (%" PRIu64 " bytes)\n",
		    VIEW_ARGUMENTS(item->package->name),
		    VIEW_ARGUMENTS(item->package->version),
		    VIEW_ARGUMENTS(item->package->architecture),
		    item->package->size);
	printf("%zu packages, %" PRIu64 " bytes of .debs, %" PRIu64
	    " installed\n", plan->count, plan->download_size,
	    plan->installed_size);
}

static int
simulate(struct root_request *wanted,
    const struct root_output_request *output_wanted, struct error *err)
{
	auto_root_plan struct root_plan root_plan = {.cache = -1};
	auto_root_output struct root_output output = {
		.target = {.parent = -1, .fd = -1}};
	auto_strings struct strings writes = {0};

	if (wanted->hooks.count)
		events_info(wanted->events, "hooks are not run, so sources of "
		    "packages that they would write are not known");
	if (strcmp(output_wanted->target, "-")) {
		if (root_output_check(&output, output_wanted, err) < 0)
			return -1;
		root_output_writes(&output, &writes);
	}
	if (wanted->lock && access(wanted->lock, F_OK) < 0) {
		strings_printf(&writes, "lock %s", wanted->lock);
		wanted->lock = NULL;
	}
	if (root_plan_make(&root_plan, wanted, err) < 0)
		return -1;
	print_packages(&root_plan.plan);
	vector_each(write, &writes)
		printf("would write: %s\n", *write);
	return 0;
}

static int
download(struct root_request *wanted, const struct root_output_request *output,
    struct error *err)
{
	auto_root_plan struct root_plan root_plan = {.cache = -1};

	(void)output;
	if (plan_find(&root_plan, wanted, err) < 0 ||
	    root_plan_download(&root_plan, wanted, err) < 0)
		return -1;
	root_plan_limit_cache(&root_plan, wanted);
	return 0;
}

/* The target, if there is one, is not touched. */
static int
make_tarball(struct root_request *wanted, const char *path, struct error *err)
{
	auto_root_plan struct root_plan root_plan = {.cache = -1};

	if (file_exists(AT_FDCWD, path))
		return error_set(err, "'%s' exists; remove it or name another",
		    path);
	if (plan_find(&root_plan, wanted, err) < 0 ||
	    root_plan_download(&root_plan, wanted, err) < 0)
		return -1;
	events_step(wanted->events, "writing the tarball");
	return deb_tarball_write(path, &root_plan.plan, root_plan.cache, err);
}

static int
print_debs(struct root_request *wanted, const struct root_output_request *output,
    struct error *err)
{
	auto_root_plan struct root_plan root_plan = {.cache = -1};

	(void)output;
	if (plan_find(&root_plan, wanted, err) < 0)
		return -1;
	print_names(wanted, &root_plan.plan);
	return 0;
}

typedef int (*action)(struct root_request *wanted,
    const struct root_output_request *output, struct error *err);

static action
action_of(const struct root_options *options)
{
	const struct {
		bool is_wanted;
		action run;
	} actions[] = {
		{options->print_debs, print_debs},
		{options->simulate || options->dry_run, simulate},
		{options->download_only, download},
	};

	for (size_t i = 0; i < sizeof(actions) / sizeof(*actions); i++)
		if (actions[i].is_wanted)
			return actions[i].run;
	return make_root;
}

/* One of them would be left undone. */
int
root_action_check(const struct root_options *options, struct error *err)
{
	if (options->second_stage_target && !options->second_stage)
		return error_usage(err, "--second-stage-target needs "
		    "--second-stage");
	if (options->make_tarball && action_of(options) != make_root)
		return error_usage(err, "--make-tarball goes with none of "
		    "--print-debs, --simulate and --download-only");
	return 0;
}

int
root_action_run(const struct root_options *options,
    struct root_request *wanted, struct error *err)
{
	return options->make_tarball
	    ? make_tarball(wanted, options->make_tarball, err)
	    : action_of(options)(wanted, &options->output, err);
}
