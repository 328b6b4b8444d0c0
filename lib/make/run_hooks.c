#include "make/run_hooks.h"

#include <stdlib.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/memory.h"
#include "guest/hooks.h"
#include "guest/state.h"
#include "install/hook_program.h"

/* The filesystem has no name yet. */
static const char filled_target[] = "/proc/self/fd/3";

/* The admin's go first, those of the command line last. */
static int
find_all(struct run *run, struct hook_list *hooks, struct error *err)
{
	if (hooks_find(hooks, run->events, err) < 0)
		return -1;
	vector_each(role, &run->roles) {
		const struct hook_place place = {
			role->directory, role->is_shipped,
		};

		if (hooks_find_in(hooks, &place, run->events, err) < 0)
			return -1;
	}
	return hook_list_read(hooks, &run->guest->hooks, run->events, err);
}

int
run_hooks_find(struct run *run, struct error *err)
{
	auto_hook_list struct hook_list found = {0};

	if (roles_read(&run->roles, &run->guest->role, err) < 0 ||
	    find_all(run, &found, err) < 0)
		return -1;
	vector_each(hook, &found)
		hook_list_add(hook->stage <= HOOK_CUSTOMIZE ? &run->base_hooks
		    : &run->hooks, hook->stage, hook->is_chrooted,
		    hook->command);
	return roles_first_boot(&run->roles, run->guest, err);
}

void
run_hooks_titles(const struct run *run, struct strings *titles)
{
	const struct hook_list *const lists[] = {
		&run->base_hooks, &run->hooks,
	};

	for (int stage = 0; stage <= HOOK_CREATED; stage++)
		for (size_t i = 0; i < 2; i++)
			vector_each(hook, lists[i])
				if (hook->stage == (enum hook_stage)stage)
					*vector_push(titles) =
					    hook_title(hook);
}

static struct hook_facts
run_facts(const struct run *run, const char *target)
{
	return (struct hook_facts){
		.name = run->guest->name, .suite = run->suite->codename,
		.architecture = run->guest->architecture, .target = target,
	};
}

int
run_hooks_personalise(const struct run *run, int root, struct events *events,
    struct error *err)
{
	auto_free char *path = file_descriptor_path(root);
	const struct hook_facts facts = run_facts(run, path);

	if (!path)
		return error_errno(err, "the root's path");
	return hooks_run(&run->hooks, HOOK_PERSONALISE, &facts, -1, events,
	    err);
}

int
run_hooks_filled(const struct run *run, int disk, struct events *events,
    struct error *err)
{
	const struct hook_facts facts = run_facts(run, filled_target);

	return hooks_run(&run->hooks, HOOK_FILLED, &facts, disk, events, err);
}

int
run_hooks_created(const struct run *run, struct error *err)
{
	struct hook_facts facts = run_facts(run,
	    run->disks.items[0].target.path);
	auto_free char *manifest = state_path("guests", run->guest->name, err);

	if (!manifest)
		return -1;
	facts.cfg = run->cfg;
	facts.manifest = manifest;
	if (hooks_run(&run->hooks, HOOK_CREATED, &facts, -1, run->events,
	    err) == 0)
		return 0;
	return error_suffix(err, "; the guest '%s' is made, and stays",
	    run->guest->name);
}
