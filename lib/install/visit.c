#include "install/visit.h"

#include <signal.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "install/configure.h"
#include "install/skip.h"

int
visit_begin(struct visit *visit, struct error *err)
{
	const struct bootstrap *bootstrap = visit->bootstrap;

	return bootstrap->lends_resolver ? resolver_lend(&visit->resolver,
	    bootstrap->root, err) : 0;
}

int
visit_enter(struct visit *visit, struct error *err)
{
	const struct bootstrap *bootstrap = visit->bootstrap;

	visit->mounts = (struct guest_mounts){
		.root = bootstrap->root,
		.skip = bootstrap->skip,
		.binds_nodes = bootstrap->hooks &&
		    bootstrap->hooks->is_unshared,
	};
	if (guest_mounts_up(&visit->mounts, err) < 0)
		return -1;
	if (!visit->filter)
		visit->filter = sync_filter_new(err);
	if (!visit->filter)
		return -1;
	return configure_hold_services(bootstrap->root, bootstrap->skip, err);
}

/* Only hooks need it, and what they are given a root should not have before:
 * without hooks of the first stages, what these make is always the same. */
static int
visit_give_apt(struct visit *visit, struct error *err)
{
	const struct bootstrap *bootstrap = visit->bootstrap;

	if (visit->has_hook_apt)
		return 0;
	visit->has_hook_apt = true;
	return hook_apt_write(&bootstrap->hooks->apt, bootstrap->root, err);
}

int
visit_hooks(struct visit *visit, enum hook_stage stage, struct error *err)
{
	const struct bootstrap *bootstrap = visit->bootstrap;

	if (!bootstrap->hooks ||
	    !hook_list_has(bootstrap->hooks->list, stage))
		return 0;
	if (visit_give_apt(visit, err) < 0)
		return -1;
	return hook_run_stage(bootstrap->hooks, stage, bootstrap->root,
	    bootstrap->events, err);
}

int
visit_planned(struct visit *visit, struct error *err)
{
	const struct bootstrap *bootstrap = visit->bootstrap;

	return visit->has_hook_apt ? hook_apt_write(&bootstrap->hooks->apt,
	    bootstrap->root, err) : 0;
}

/* What scripts left running would go on writing. Only where we are the init
 * of a pid namespace is everybody else ours. */
static void
end_processes(void)
{
	if (getpid() == 1)
		kill(-1, SIGKILL);
}

int
visit_leave(struct visit *visit, struct error *err)
{
	const struct bootstrap *bootstrap = visit->bootstrap;

	end_processes();
	if (bootstrap->first_stage)
		configure_restore_later(bootstrap->root, bootstrap->skip,
		    visit->later);
	else if (configure_restore_services(bootstrap->root, bootstrap->skip,
	    err) < 0)
		return -1;
	return guest_mounts_down(&visit->mounts, err);
}

int
visit_end(struct visit *visit, struct error *err)
{
	const struct bootstrap *bootstrap = visit->bootstrap;

	if (resolver_take_back(&visit->resolver, bootstrap->root, err) < 0)
		return -1;
	if (!visit->has_hook_apt)
		return bootstrap->hooks && bootstrap->skip & SKIP_CLEAN_LISTS
		    ? hook_apt_write_lists(&bootstrap->hooks->apt,
		    bootstrap->root, err) : 0;
	visit->has_hook_apt = false;
	return hook_apt_remove(bootstrap->root, err);
}

void
visit_release(struct visit *visit)
{
	auto_error struct error ignored = {0};

	guest_mounts_down(&visit->mounts, &ignored);
	sync_filter_free(visit->filter);
}
