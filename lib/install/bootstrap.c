#include "install/bootstrap.h"

#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/inside.h"
#include "install/claims_file.h"
#include "install/dpkg_database.h"
#include "install/guest_program.h"
#include "install/round.h"
#include "install/runnable.h"
#include "install/second_stage.h"
#include "install/skeleton.h"
#include "install/skip.h"
#include "install/supply.h"

/* Descriptors that are needed besides those of the .debs. */
enum { OTHER_DESCRIPTORS = 256 };

enum round_number { ESSENTIAL, REST };

/* A run: the plan's packages on their way to being installed. */
struct run {
	struct bootstrap *bootstrap;	/* the caller's, and its plan */
	struct roster roster;
	struct round rounds[EXTRACT_ROUNDS];
	struct visit visit;
	struct path_owners *owners;
	struct unpack_rules rules;
	struct strings merged;	/* directories that are links to /usr's */
	struct buffer later;	/* steps, of a first stage */
	struct extract *extract;
	struct supply supply;
};

static int
run_prepare(struct run *run, struct error *err)
{
	const struct bootstrap *bootstrap = run->bootstrap;
	const struct dpkg_database database = {
		.root = bootstrap->root,
		.architecture = bootstrap->architecture,
		.foreign = &bootstrap->foreign,
		.quirks = bootstrap->suite->dpkg_quirks,
	};

	if (skeleton_prepare(bootstrap->root, bootstrap->files, err) < 0 ||
	    visit_begin(&run->visit, err) < 0)
		return -1;
	return dpkg_database_begin(&database, err);
}

static int
run_check_architecture(struct run *run, struct error *err)
{
	const struct bootstrap *bootstrap = run->bootstrap;

	if (runnable_check_mount(bootstrap->root, err) < 0)
		return -1;
	return bootstrap->skip & SKIP_RUNNABLE ? 0 : runnable_check(
	    bootstrap->root, bootstrap->architecture, err);
}

static int
run_setup_hooks(struct run *run, struct error *err)
{
	return visit_hooks(&run->visit, HOOK_SETUP, err);
}

static int
run_choose(struct run *run, struct error *err)
{
	struct bootstrap *bootstrap = run->bootstrap;

	if (bootstrap->plan)
		return 0;
	if (bootstrap->choose(bootstrap->context, bootstrap, err) < 0)
		return -1;
	return visit_planned(&run->visit, err);
}

static int
run_extract_hooks(struct run *run, struct error *err)
{
	return visit_hooks(&run->visit, HOOK_EXTRACT, err);
}

static int
run_essential_hooks(struct run *run, struct error *err)
{
	return visit_hooks(&run->visit, HOOK_ESSENTIAL, err);
}

static int
run_customize_hooks(struct run *run, struct error *err)
{
	return visit_hooks(&run->visit, HOOK_CUSTOMIZE, err);
}

static int
run_apt_state(struct run *run, struct error *err)
{
	const struct bootstrap *bootstrap = run->bootstrap;

	return skeleton_apt_state(bootstrap->root, bootstrap->plan,
	    bootstrap->architecture, err);
}

/* The cache of libraries still names those that were there. */
static int
run_divert(struct run *run, struct error *err)
{
	static const char ldconfig[] = "/sbin/ldconfig";
	const struct bootstrap *bootstrap = run->bootstrap;
	auto_guest_program struct guest_program program = {
		.root = bootstrap->root,
		.events = bootstrap->events,
		.filter = run->visit.filter,
	};

	if (!bootstrap->divert || !bootstrap->divert->path)
		return 0;
	if (divert_directory(bootstrap->root, bootstrap->divert, err) < 0)
		return -1;
	if (!inside_exists(bootstrap->root, ldconfig))
		return 0;
	guest_program_begin(&program, ldconfig);
	return guest_program_run(&program, err);
}

static int
run_merge(struct run *run, struct error *err)
{
	return skeleton_merge(run->bootstrap->root, &run->merged, err);
}

static int
run_enter(struct run *run, struct error *err)
{
	return visit_enter(&run->visit, err);
}

static int
run_leave(struct run *run, struct error *err)
{
	return visit_leave(&run->visit, err);
}

static int
run_enter_again(struct run *run, struct error *err)
{
	return visit_begin(&run->visit, err) < 0 ? -1
	    : visit_enter(&run->visit, err);
}

static void
keep_essential(struct run *run)
{
	const struct bootstrap *bootstrap = run->bootstrap;
	auto_error struct error why = {0};

	if (claims_file_write(&run->rounds[ESSENTIAL], &why) < 0 ||
	    bootstrap->keep_essential(bootstrap->context, &why) < 0)
		events_info(bootstrap->events,
		    "the essential base is not kept: %s", why.text);
}

static int
run_keep(struct run *run, struct error *err)
{
	if (visit_leave(&run->visit, err) < 0 ||
	    visit_end(&run->visit, err) < 0)
		return -1;
	keep_essential(run);
	if (claims_file_remove(run->bootstrap->root, err) < 0)
		return -1;
	return run_enter_again(run, err);
}

static int
run_resume(struct run *run, struct error *err)
{
	if (claims_file_read(&run->rounds[ESSENTIAL], run->owners, err) < 0 ||
	    claims_file_remove(run->bootstrap->root, err) < 0)
		return -1;
	return run_enter_again(run, err);
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
	if (visit_end(&run->visit, err) < 0 ||
	    run_clean_skeleton(run, err) < 0)
		return -1;
	return guest_mounts_static_nodes(run->bootstrap->root, err);
}

static int
unpack_rest(struct round *round, struct error *err)
{
	return round->bootstrap->first_stage ? round_keep(round, err)
	    : round_unpack(round, err);
}

/* What a run does, or not. */
enum facet {
	INSTALLS = 1 << 0,	/* not where packages are only unpacked */
	EXECUTES = 1 << 1,	/* not in a first stage */
	MAKES = 1 << 2,	/* the essential base, or */
	TAKES = 1 << 3,
	KEEPS = 1 << 4,
};

/* A step of the run, or of one of its rounds, if that has packages. */
static const struct step {
	const char *name;	/* NULL: part of the one before */
	int (*run)(struct run *run, struct error *err);
	int (*of_round)(struct round *round, struct error *err);
	enum round_number round;
	unsigned only;	/* for runs with all of these facets */
} steps[] = {
	{NULL, run_check_architecture, .only = INSTALLS | EXECUTES},
	{NULL, run_merge, .only = MAKES},
	{"unpack the essential packages", NULL, round_unpack, .only = MAKES},
	{NULL, NULL, round_refuse_slow, .only = MAKES},
	{NULL, NULL, round_register, .only = MAKES | INSTALLS},
	{"configure the essential packages", run_enter, .only = MAKES},
	{NULL, run_extract_hooks, .only = MAKES},
	{NULL, NULL, round_configure_first, .only = MAKES | INSTALLS},
	{NULL, NULL, round_preinsts, .only = MAKES | INSTALLS},
	{NULL, NULL, round_unpack_slow, .only = MAKES | INSTALLS},
	{NULL, NULL, round_configure, .only = MAKES | INSTALLS},
	{"keeping the essential base", run_keep, .only = KEEPS},
	{NULL, run_resume, .only = TAKES},
	{NULL, run_essential_hooks, .only = INSTALLS | EXECUTES},
	{"unpack", NULL, unpack_rest, REST},
	{NULL, NULL, round_register, REST},
	{"configure", NULL, round_preinsts, REST},
	{NULL, NULL, round_unpack_slow, REST},
	{NULL, NULL, round_configure, REST},
	{NULL, run_divert, .only = INSTALLS | EXECUTES},
	{NULL, run_apt_state},
	{NULL, run_customize_hooks, .only = INSTALLS},
	{"clean", run_leave},
	{NULL, run_clean},
};

/* Those before, which need no plan. */
static int
run_setup(struct run *run, struct error *err)
{
	events_step(run->bootstrap->events, "prepare");
	if (run->bootstrap->has_essential)
		return 0;
	if (run_prepare(run, err) < 0 || run_setup_hooks(run, err) < 0)
		return -1;
	return run_choose(run, err);
}

static unsigned
run_facets(const struct run *run)
{
	const struct bootstrap *bootstrap = run->bootstrap;

	return (bootstrap->plan->is_unpacked_only ? 0 : INSTALLS) |
	    (bootstrap->first_stage ? 0 : EXECUTES) |
	    (bootstrap->has_essential ? TAKES : MAKES) |
	    (bootstrap->keep_essential ? KEEPS : 0);
}

static bool
step_is_wanted(const struct run *run, const struct step *step)
{
	if (step->of_round && !run->rounds[step->round].count)
		return false;
	return !(step->only & ~run_facets(run));
}

static int
run_step(struct run *run, const struct step *step, struct error *err)
{
	if (step->name)
		events_step(run->bootstrap->events, step->name);
	return step->run ? step->run(run, err)
	    : step->of_round(&run->rounds[step->round], err);
}

static int
run_steps(struct run *run, struct error *err)
{
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
		if (step_is_wanted(run, &steps[i]) &&
		    run_step(run, &steps[i], err) < 0)
			return -1;
	return 0;
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

static void
run_extract(struct run *run)
{
	const struct bootstrap *bootstrap = run->bootstrap;
	long processors = sysconf(_SC_NPROCESSORS_ONLN);
	unsigned threads = bootstrap->threads ? bootstrap->threads
	    : processors > 0 ? (unsigned)processors : 1;
	struct unpack unpack = {
		.parent = {.root = bootstrap->root},
		.owners = run->owners,
		.rules = &run->rules,
		.annex = bootstrap->annex,
	};

	run->extract = extract_new(&unpack, threads);
	run->supply = (struct supply){bootstrap, run->extract, &run->roster};
}

static void
run_rounds(struct run *run)
{
	size_t essential = run->roster.essential;

	for (unsigned i = 0; i < EXTRACT_ROUNDS; i++) {
		size_t first = i == ESSENTIAL ? 0 : essential;

		run->rounds[i] = (struct round){
			.bootstrap = run->bootstrap,
			.roster = &run->roster,
			.visit = &run->visit,
			.merged = &run->merged,
			.rules = &run->rules,
			.extract = run->extract,
			.later = &run->later,
			.number = i,
			.items = run->bootstrap->plan->items + first,
			.planned = run->roster.planned + first,
			.in_unpack_order = run->roster.in_unpack_order + first,
			.count = i == ESSENTIAL ? essential
			    : run->bootstrap->plan->count - essential,
		};
	}
}

static void
run_begin(struct run *run)
{
	const struct bootstrap *bootstrap = run->bootstrap;

	allow_descriptors(bootstrap->plan->count);
	run->owners = path_owners_new();
	second_stage_begin(&run->later);
	suite_merged_directories(bootstrap->suite, bootstrap->architecture,
	    &run->merged);
	roster_fill(&run->roster, bootstrap->plan,
	    bootstrap->suite->dpkg_quirks & DPKG_NO_MULTIARCH);
	run_extract(run);
	run_rounds(run);
}

static void
run_end(struct run *run)
{
	extract_free(run->extract);
	roster_release(&run->roster);
	strings_release(&run->merged);
	buffer_release(&run->later);
	unpack_rules_release(&run->rules);
	path_owners_free(run->owners);
}

static void
run_tell_malformed(const struct run *run)
{
	const struct bootstrap *bootstrap = run->bootstrap;

	for (size_t i = 0; bootstrap->malformed && i < run->roster.plan->count;
	    i++)
		if (run->roster.planned[i]->is_malformed)
			bootstrap->malformed(bootstrap->context, i);
}

static int
run_install(struct run *run, struct error *err)
{
	int result;

	run_begin(run);
	result = supply_start(&run->supply, err);
	if (result == 0) {
		result = run_steps(run, err);
		supply_end(&run->supply, result == 0);
	}
	run_tell_malformed(run);
	run_end(run);
	return result;
}

int
bootstrap_run(const struct bootstrap *bootstrap, struct error *err)
{
	struct bootstrap chosen = *bootstrap;
	struct run run = {.bootstrap = &chosen};
	mode_t mask = umask(022);
	int result;

	run.visit = (struct visit){.bootstrap = &chosen, .later = &run.later};
	result = run_setup(&run, err);
	if (result == 0 && chosen.plan)
		result = run_install(&run, err);
	if (result == 0)
		events_step(chosen.events, NULL);
	visit_release(&run.visit);
	umask(mask);
	return result;
}
