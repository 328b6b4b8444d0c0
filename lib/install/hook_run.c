#include "install/hook_run.h"

#include "base/cleanup.h"
#include "base/file.h"
#include "install/hook_program.h"
#include "install/hook_transfer.h"

static const char *const fronts[] = {"MKGUEST_", "MMDEBSTRAP_"};

/* What mmdebstrap tells, too. */
static void
add_shared_facts(const struct hook_run *run, const struct hook *hook,
    const char *root, struct strings *environment)
{
	for (size_t i = 0; i < sizeof(fronts) / sizeof(fronts[0]); i++) {
		vector_each(fact, &run->facts)
			strings_printf(environment, "%s%s", fronts[i], *fact);
		strings_printf(environment, "%sAPT_CONFIG=%s/%s", fronts[i],
		    root, hook_apt_file);
		strings_printf(environment, "%sHOOK=%s", fronts[i],
		    hook_stage_name(hook->stage));
		strings_printf(environment, "%sHOOKSOCK=%d", fronts[i],
		    HOOK_DESCRIPTOR);
	}
}

static void
add_facts(const struct hook_run *run, const struct hook *hook,
    const char *root, struct strings *environment)
{
	if (run->is_unshared)
		strings_add(environment, "container=mmdebstrap-unshare");
	add_shared_facts(run, hook, root, environment);
	vector_each(fact, &run->own_facts)
		strings_printf(environment, "MKGUEST_%s", *fact);
	strings_printf(environment, "MKGUEST_STAGE=%s",
	    hook_stage_name(hook->stage));
	strings_printf(environment, "MKGUEST_TARGET=%s", root);
}

static int
run_command(const struct hook_run *run, const struct hook *hook, int root,
    struct events *events, struct error *err)
{
	auto_free char *path = file_descriptor_path(root);
	struct hook_program program = {
		.hook = hook, .target = path, .root = root,
		.passed = run->channel, .events = events,
		.is_attended = !run->is_unattended,
		.is_contained = run->is_unattended,
	};
	int result;

	if (!path)
		return error_errno(err, "the root's path");
	add_facts(run, hook, path, &program.environment);
	result = hook_program_run(&program, err);
	strings_release(&program.environment);
	return result;
}

static int
run_transfer(const struct hook_run *run, const struct hook *hook, int root,
    struct error *err)
{
	auto_strings struct strings words = {0};
	const struct hook_transfer transfer = {
		.root = root,
		.channel = {run->channel, run->channel},
		.without_nodes = run->without_nodes,
	};

	if (hook_transfer_words(hook->command, &words, err) < 0)
		return -1;
	return hook_transfer_run(&transfer, &words, err);
}

static int
run_hook(const struct hook_run *run, const struct hook *hook, int root,
    struct events *events, struct error *err)
{
	bool is_transfer = !hook->is_chrooted &&
	    hook_transfer_is(hook->command);
	auto_free char *title = hook_title(hook);
	int result;

	events_info(events, "%s", title);
	result = is_transfer ? run_transfer(run, hook, root, err)
	    : run_command(run, hook, root, events, err);
	if (result < 0 && err->kind != ERROR_INTERRUPTED)
		error_prefix(err, "%s", title);
	return result;
}

int
hook_run_stage(const struct hook_run *run, enum hook_stage stage, int root,
    struct events *events, struct error *err)
{
	vector_each(hook, run->list)
		if (hook->stage == stage &&
		    run_hook(run, hook, root, events, err) < 0)
			return -1;
	return 0;
}

void
hook_run_release(struct hook_run *run)
{
	strings_release(&run->facts);
	strings_release(&run->own_facts);
}
