#include "install/bootstrap.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/interrupt.h"
#include "base/memory.h"
#include "install/configure.h"
#include "install/dpkg_database.h"
#include "install/extract.h"
#include "install/guest_mounts.h"
#include "install/place.h"
#include "install/resolver.h"
#include "install/runnable.h"
#include "install/second_stage.h"
#include "install/skeleton.h"
#include "install/skip.h"
#include "install/supply.h"

/* Descriptors that are needed besides those of the .debs. */
enum { OTHER_DESCRIPTORS = 256 };

/* A run: the plan's packages on their way to being installed. */
struct run {
	const struct bootstrap *bootstrap;
	struct unpacked **packages;	/* one an item of the plan */
	struct unpacked **in_unpack_order;	/* the same, stage by stage */
	struct path_owners *owners;
	struct unpack_rules rules;
	struct strings merged;	/* directories that are links to /usr's */
	struct sync_filter *filter;
	struct buffer later;	/* steps, of a first stage */
	struct guest_mounts mounts;
	struct resolver resolver;
	struct extract *extract;
	struct supply supply;
	size_t first, count;	/* the packages of this stage */
};

static int
run_prepare(struct run *run, struct error *err)
{
	const struct bootstrap *bootstrap = run->bootstrap;

	if (skeleton_prepare(bootstrap->root, bootstrap->files, err) < 0)
		return -1;
	if (bootstrap->lends_resolver &&
	    resolver_lend(&run->resolver, bootstrap->root, err) < 0)
		return -1;
	return dpkg_database_begin(bootstrap->root, bootstrap->architecture,
	    &bootstrap->foreign, err);
}

static int
run_check_architecture(struct run *run, struct error *err)
{
	const struct bootstrap *bootstrap = run->bootstrap;

	return bootstrap->skip & SKIP_RUNNABLE ? 0 : runnable_check(
	    bootstrap->root, bootstrap->architecture, err);
}

static int
run_hooks(const struct run *run, enum hook_stage stage, struct error *err)
{
	const struct bootstrap *bootstrap = run->bootstrap;

	return bootstrap->hooks ? hook_run_stage(bootstrap->hooks, stage,
	    bootstrap->root, bootstrap->events, err) : 0;
}

static int
run_setup_hooks(struct run *run, struct error *err)
{
	const struct bootstrap *bootstrap = run->bootstrap;

	if (bootstrap->hooks &&
	    hook_run_begin(bootstrap->hooks, bootstrap->root, err) < 0)
		return -1;
	return run_hooks(run, HOOK_SETUP, err);
}

static int
run_extract_hooks(struct run *run, struct error *err)
{
	return run_hooks(run, HOOK_EXTRACT, err);
}

static int
run_essential_hooks(struct run *run, struct error *err)
{
	return run_hooks(run, HOOK_ESSENTIAL, err);
}

static int
run_apt_state(struct run *run, struct error *err)
{
	const struct bootstrap *bootstrap = run->bootstrap;

	return skeleton_apt_state(bootstrap->root, bootstrap->plan,
	    bootstrap->architecture, err);
}

static int
run_customize_hooks(struct run *run, struct error *err)
{
	return run_hooks(run, HOOK_CUSTOMIZE, err);
}

static int
run_merge(struct run *run, struct error *err)
{
	return skeleton_merge(run->bootstrap->root, &run->merged, err);
}

static int
run_unpack(struct run *run, struct error *err)
{
	int done;

	do {
		if (interrupt_check(err) < 0)
			return -1;
		done = extract_wait(run->extract, run->count, err);
		if (done < 0)
			return -1;
		events_progress(run->bootstrap->events, EVENT_PACKAGES,
		    (size_t)done, run->count);
	} while ((size_t)done < run->count);
	return 0;
}

/* A .deb must be the package that the index said it is. */
static int
run_check_names(const struct run *run, struct error *err)
{
	for (size_t i = run->first; i < run->first + run->count; i++) {
		struct view wanted =
		    run->bootstrap->plan->items[i].package->name;

		if (!view_equal(wanted, run->packages[i]->name))
			return error_set(err, "the archive's '" VIEW_FORMAT
			    "' contains the package '" VIEW_FORMAT "'",
			    VIEW_ARGUMENTS(wanted),
			    VIEW_ARGUMENTS(run->packages[i]->name));
	}
	return 0;
}

/* Links to merged directories were made for packages to be unpacked through;
 * where a package brings one itself, it is that package's. */
static int
run_adopt_links(const struct run *run, struct error *err)
{
	vector_each(name, &run->merged) {
		auto_free char *path = memory_printf("/%s", *name);

		for (size_t i = run->first; i < run->first + run->count; i++) {
			const struct unpacked_path *link =
			    unpacked_find(run->packages[i], path);

			if (link && S_ISLNK(link->mode) &&
			    place_time(run->bootstrap->root, path, link->time,
			    err) < 0)
				return -1;
		}
	}
	return 0;
}

static int
run_extract(struct run *run, struct error *err)
{
	const struct bootstrap *bootstrap = run->bootstrap;

	if (unpack_rules_read(&run->rules, bootstrap->root, err) < 0)
		return -1;
	extract_open(run->extract, run->first > 0);
	if (run_unpack(run, err) < 0 || run_check_names(run, err) < 0)
		return -1;
	if (unpack_directories(bootstrap->root,
	    run->in_unpack_order + run->first, run->count, err) < 0)
		return -1;
	return run_adopt_links(run, err);
}

/* The .deb is not looked into. dpkg takes every name with its architecture,
 * but for "all", as if there could be several. */
static void
run_keep_deb(struct run *run, size_t item)
{
	struct unpacked *package = run->packages[item];

	package->is_slow = true;
	package->architecture =
	    run->bootstrap->plan->items[item].package->architecture;
	if (!view_is(package->architecture, "all"))
		*vector_push(&package->fields.fields) = (struct stanza_field){
			view_of("Multi-Arch"), view_of("same"), 0};
}

/* The scripts of the first packages must not see the files of these, so dpkg
 * unpacks them in the second stage. */
static int
run_keep(struct run *run, struct error *err)
{
	extract_open(run->extract, EXTRACT_ROUNDS - 1);
	if (run_unpack(run, err) < 0)
		return -1;
	for (size_t i = run->first; i < run->first + run->count; i++)
		run_keep_deb(run, i);
	return 0;
}

static int
run_extract_rest(struct run *run, struct error *err)
{
	return run->bootstrap->first_stage ? run_keep(run, err)
	    : run_extract(run, err);
}

static int
run_database(struct run *run, struct error *err)
{
	return dpkg_database_add(run->bootstrap->root,
	    run->packages + run->first, run->count, err);
}

static int
run_enter(struct run *run, struct error *err)
{
	const struct bootstrap *bootstrap = run->bootstrap;

	run->mounts = (struct guest_mounts){
		.root = bootstrap->root,
		.skip = bootstrap->skip,
		.binds_nodes = bootstrap->hooks &&
		    bootstrap->hooks->is_unshared,
	};
	if (guest_mounts_up(&run->mounts, err) < 0)
		return -1;
	run->filter = sync_filter_new(err);
	if (!run->filter)
		return -1;
	return configure_hold_services(bootstrap->root, bootstrap->skip, err);
}

static char *
run_dpkg_version(const struct run *run)
{
	for (size_t i = 0; i < run->first + run->count; i++)
		if (view_is(run->packages[i]->name, "dpkg"))
			return view_string(run->packages[i]->version);
	return memory_string("");
}

static struct configure
run_configuration(struct run *run, const char *dpkg_version)
{
	return (struct configure){
		.root = run->bootstrap->root,
		.later = run->bootstrap->first_stage ? &run->later : NULL,
		.events = run->bootstrap->events,
		.filter = run->filter,
		.dpkg_version = dpkg_version,
		.packages = run->in_unpack_order + run->first,
		.count = run->count,
		.total = run->count,
	};
}

static int
run_preinsts(struct run *run, struct error *err)
{
	auto_free char *version = run_dpkg_version(run);
	struct configure configure = run_configuration(run, version);

	return configure_preinsts(&configure, err);
}

/* The .debs are done with then. */
static int
run_unpack_slow(struct run *run, struct error *err)
{
	struct configure configure = run_configuration(run, NULL);
	int result = configure_unpack_slow(&configure, err);

	for (size_t i = run->first; i < run->first + run->count; i++)
		close(steal_fd(&run->packages[i]->deb));
	return result;
}

static bool
run_has_slow(const struct run *run)
{
	for (size_t i = run->first; i < run->first + run->count; i++)
		if (run->packages[i]->is_slow)
			return true;
	return false;
}

/* Without dpkg nobody can do what these need. */
static int
run_refuse_slow(struct run *run, struct error *err)
{
	for (size_t i = run->first; i < run->first + run->count; i++)
		if (run->packages[i]->is_slow &&
		    run->bootstrap->plan->is_unpacked_only)
			return error_set(err, "'" VIEW_FORMAT "' cannot be "
			    "unpacked only, since its preinst or the files of "
			    "others must make room; use variant custom",
			    VIEW_ARGUMENTS(run->packages[i]->name));
	return 0;
}

/* How many packages from `first` on are one call of dpkg. */
static size_t
run_length(const struct run *run, size_t first)
{
	const struct plan_item *items = run->bootstrap->plan->items;
	size_t next = first;

	while (next < run->first + run->count &&
	    items[next].configure_run == items[first].configure_run)
		next++;
	return next - first;
}

static int
run_configure(struct run *run, struct error *err)
{
	struct configure configure = run_configuration(run, NULL);

	while (configure.done < run->count) {
		size_t first = run->first + configure.done;

		configure.packages = run->packages + first;
		configure.count = run_length(run, first);
		if (configure_packages(&configure, err) < 0)
			return -1;
		configure.done += configure.count;
	}
	return run_has_slow(run) ? configure_pending(&configure, err) : 0;
}

/* What scripts left running would go on writing. Only where we are the init
 * of a pid namespace is everybody else ours. */
static void
end_processes(void)
{
	if (getpid() == 1)
		kill(-1, SIGKILL);
}

static int
run_leave(struct run *run, struct error *err)
{
	const struct bootstrap *bootstrap = run->bootstrap;

	end_processes();
	if (bootstrap->first_stage)
		configure_restore_later(bootstrap->root, bootstrap->skip,
		    &run->later);
	else if (configure_restore_services(bootstrap->root, bootstrap->skip,
	    err) < 0)
		return -1;
	return guest_mounts_down(&run->mounts, err);
}

static int
run_clean_skeleton(struct run *run, struct error *err)
{
	const struct bootstrap *bootstrap = run->bootstrap;

	if (!bootstrap->first_stage)
		return skeleton_clean(bootstrap->root, bootstrap->skip, err);
	skeleton_clean_later(bootstrap->skip, &run->later);
	return second_stage_write(bootstrap->root, &run->later, err);
}

static int
run_clean(struct run *run, struct error *err)
{
	const struct bootstrap *bootstrap = run->bootstrap;
	int root = bootstrap->root;

	if (resolver_take_back(&run->resolver, root, err) < 0 ||
	    (bootstrap->hooks &&
	    hook_run_end(bootstrap->hooks, root, err) < 0) ||
	    run_clean_skeleton(run, err) < 0)
		return -1;
	return guest_mounts_static_nodes(root, err);
}

enum stage { STAGE_NONE, STAGE_ESSENTIAL, STAGE_REST };

static const struct step {
	const char *name;	/* NULL: part of the one before */
	enum stage stage;
	int (*run)(struct run *run, struct error *err);
	bool installs;	/* not where packages are only unpacked */
	bool executes;	/* not in a first stage */
} steps[] = {
	{"prepare", STAGE_NONE, run_prepare},
	{NULL, STAGE_NONE, run_check_architecture, true, true},
	{NULL, STAGE_NONE, run_setup_hooks},
	{NULL, STAGE_NONE, run_merge},
	{"unpack the essential packages", STAGE_ESSENTIAL, run_extract},
	{NULL, STAGE_ESSENTIAL, run_refuse_slow},
	{NULL, STAGE_ESSENTIAL, run_database, true},
	{"configure the essential packages", STAGE_NONE, run_enter},
	{NULL, STAGE_NONE, run_extract_hooks},
	{NULL, STAGE_ESSENTIAL, run_preinsts, true},
	{NULL, STAGE_ESSENTIAL, run_unpack_slow, true},
	{NULL, STAGE_ESSENTIAL, run_configure, true},
	{NULL, STAGE_NONE, run_essential_hooks, true, true},
	{"unpack", STAGE_REST, run_extract_rest},
	{NULL, STAGE_REST, run_database},
	{"configure", STAGE_REST, run_preinsts},
	{NULL, STAGE_REST, run_unpack_slow},
	{NULL, STAGE_REST, run_configure},
	{NULL, STAGE_NONE, run_apt_state},
	{NULL, STAGE_NONE, run_customize_hooks, true},
	{"clean", STAGE_NONE, run_leave},
	{NULL, STAGE_NONE, run_clean},
};

static size_t
count_essential(const struct plan *plan)
{
	size_t count = 0;

	while (count < plan->count && plan->items[count].is_essential)
		count++;
	return count;
}

static int
run_steps(struct run *run, struct error *err)
{
	const struct plan *plan = run->bootstrap->plan;
	size_t essential = count_essential(plan);

	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		bool is_rest = steps[i].stage == STAGE_REST;

		run->first = is_rest ? essential : 0;
		run->count = is_rest ? plan->count - essential : essential;
		if ((steps[i].stage != STAGE_NONE && !run->count) ||
		    (steps[i].installs && plan->is_unpacked_only) ||
		    (steps[i].executes && run->bootstrap->first_stage))
			continue;
		if (steps[i].name)
			events_step(run->bootstrap->events, steps[i].name);
		if (steps[i].run(run, err) < 0)
			return -1;
	}
	events_step(run->bootstrap->events, NULL);
	return 0;
}

struct turn {
	unsigned place;
	size_t item;
};

static int
turn_compare(const void *a, const void *b)
{
	const struct turn *x = a, *y = b;

	if (x->place != y->place)
		return x->place < y->place ? -1 : 1;
	return x->item < y->item ? -1 : 1;
}

static void
run_place(struct run *run, size_t item, size_t place)
{
	struct unpacked *package = run->packages[item];

	package->place = place;
	package->instance = 1;
	for (size_t i = 0; i < place; i++)
		if (view_equal(run->in_unpack_order[i]->name, package->name))
			package->instance++;
	run->in_unpack_order[place] = package;
}

static void
run_order(struct run *run, size_t first, size_t count)
{
	const struct plan_item *items = run->bootstrap->plan->items;
	VECTOR(struct turn) turns = {0};

	for (size_t i = first; i < first + count; i++)
		*vector_push(&turns) = (struct turn){items[i].unpack_place, i};
	vector_sort(&turns, turn_compare);
	for (size_t i = 0; i < count; i++)
		run_place(run, turns.items[i].item, first + i);
	vector_release(&turns);
}

/* All .debs of a stage are open until it is known which are slow. */
static void
allow_descriptors(size_t debs)
{
	struct rlimit limit;
	rlim_t wanted = debs + OTHER_DESCRIPTORS;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur >= wanted)
		return;
	limit.rlim_cur = wanted < limit.rlim_max ? wanted : limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
}

static int
run_supply(struct run *run, struct error *err)
{
	const struct bootstrap *bootstrap = run->bootstrap;
	long processors = sysconf(_SC_NPROCESSORS_ONLN);
	unsigned threads = bootstrap->threads ? bootstrap->threads
	    : processors > 0 ? (unsigned)processors : 1;
	struct unpack unpack = {bootstrap->root, run->owners,
	    &run->rules, bootstrap->annex};

	run->extract = extract_new(&unpack, threads);
	run->supply = (struct supply){bootstrap, run->extract, run->packages,
		count_essential(bootstrap->plan)};
	return supply_start(&run->supply, err);
}

static void
run_begin(struct run *run)
{
	size_t essential = count_essential(run->bootstrap->plan);
	size_t count = run->bootstrap->plan->count;

	allow_descriptors(count);
	run->owners = path_owners_new();
	second_stage_begin(&run->later);
	suite_merged_directories(run->bootstrap->suite,
	    run->bootstrap->architecture, &run->merged);
	run->packages = memory_zeroed(count + 1, sizeof(*run->packages));
	run->in_unpack_order =
	    memory_zeroed(count + 1, sizeof(*run->packages));
	for (size_t i = 0; i < count; i++) {
		run->packages[i] = memory_new(struct unpacked);
		run->packages[i]->name =
		    run->bootstrap->plan->items[i].package->name;
		run->packages[i]->deb = -1;
	}
	run_order(run, 0, essential);
	run_order(run, essential, count - essential);
}

static void
run_end(struct run *run)
{
	auto_error struct error ignored = {0};

	extract_free(run->extract);
	guest_mounts_down(&run->mounts, &ignored);
	for (size_t i = 0; i < run->bootstrap->plan->count; i++) {
		unpacked_release(run->packages[i]);
		cleanup_close(&run->packages[i]->deb);
		free(run->packages[i]);
	}
	free(run->packages);
	free(run->in_unpack_order);
	strings_release(&run->merged);
	buffer_release(&run->later);
	unpack_rules_release(&run->rules);
	path_owners_free(run->owners);
	sync_filter_free(run->filter);
}

int
bootstrap_run(const struct bootstrap *bootstrap, struct error *err)
{
	struct run run = {.bootstrap = bootstrap};
	mode_t mask = umask(022);
	int result;

	run_begin(&run);
	result = run_supply(&run, err);
	if (result == 0) {
		result = run_steps(&run, err);
		supply_end(&run.supply, result == 0);
	}
	run_end(&run);
	umask(mask);
	return result;
}
