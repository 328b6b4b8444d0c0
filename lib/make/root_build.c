#include "make/root_build.h"

#include "base/cleanup.h"
#include "make/base_cache.h"
#include "make/base_key.h"
#include "make/base_tar.h"
#include "make/leftover.h"
#include "make/root_hooks.h"
#include "make/root_setup.h"
#include "repo/deb_fetch.h"

enum { TAG_DEB, TAG_PLANNED, TAG_LIST };

/* What the sandbox asks of us itself; what callers make it ask is less. */
enum { TAG_DEBS = 1 << 16, TAG_KEEP, TAG_PLAN };

/* A build, and what the cache has to do with it. */
struct root_run {
	const struct root_build *build;
	struct root_hooks hooks;
	struct root_setup setup;	/* if it is needed */
	struct sandbox_inside *inside;	/* in the sandbox */
	struct events *events;
	char key[DIGEST_HEX_MAX + 1];
	struct base base;	/* that is taken, if it was kept before */
	int kept;	/* a file for a new one; -1: none is to be kept */
	int annex;	/* in the sandbox: the root's; -1: it has none */
};

/* --- in the sandbox ---------------------------------------------------- */

static int
inside_next_deb(void *context, size_t *item, int *fd, struct error *err)
{
	const struct root_run *run = context;
	unsigned tag;
	uint64_t number;

	if (sandbox_receive(run->inside, &tag, &number, fd, err) < 0)
		return -1;
	*item = number;
	return 0;
}

static void
inside_give_up(void *context)
{
	const struct root_run *run = context;

	sandbox_give_up(run->inside);
}

/* *fd: -1, or the caller's. */
static int
inside_expect(const struct root_run *run, unsigned wanted, int *fd,
    struct error *err)
{
	unsigned tag = wanted;
	uint64_t number;

	if (sandbox_receive(run->inside, &tag, &number, fd, err) < 0)
		return -1;
	return tag == wanted ? 0
	    : error_set(err, "the sandbox is told something else");
}

/* After setup hooks. */
static int
inside_choose(void *context, struct bootstrap *bootstrap, struct error *err)
{
	struct root_run *run = context;
	const struct root_build *build = run->build;
	struct hook_apt_lists *lists = &run->hooks.run.apt.lists;
	int none;

	if (root_setup_tell(&run->setup, bootstrap->root, err) < 0 ||
	    sandbox_ask(run->inside, TAG_PLAN, 0, err) < 0)
		return -1;
	if (build->only_plan)
		return 0;
	if (inside_expect(run, TAG_PLANNED, &none, err) < 0 ||
	    root_setup_take(&run->setup, build, lists, err) < 0)
		return -1;
	vector_each(list, lists)
		if (inside_expect(run, TAG_LIST, &list->fd, err) < 0)
			return -1;
	bootstrap->plan = &build->root_plan->plan;
	bootstrap->suite = build->root_plan->suite;
	return root_hooks_planned(&run->hooks, build, run->setup.settings,
	    err);
}

static int
inside_install(struct root_run *run, struct sandbox_inside *inside,
    int root, struct error *err)
{
	const struct root_build *build = run->build;
	struct bootstrap bootstrap = {
		.plan = root_setup_is_needed(build->request) ? NULL
		    : &build->root_plan->plan,
		.suite = build->request->suite,
		.architecture = build->request->architecture,
		.foreign = build->request->foreign,
		.files = build->files,
		.root = root,
		.annex = run->annex,
		.hooks = &run->hooks.run,
		.threads = root_request_threads(build->request),
		.first_stage = build->request->first_stage,
		.lends_resolver = build->request->lends_resolver,
		.skip = build->request->skip,
		.events = sandbox_events(inside),
		.choose = inside_choose,
		.next_deb = inside_next_deb,
		.give_up = inside_give_up,
		.context = run,
	};

	return bootstrap_run(&bootstrap, err);
}

static void
inside_keep(const struct root_run *run, struct sandbox_inside *inside,
    int root)
{
	auto_error struct error why = {0};
	struct events *events = sandbox_events(inside);

	events_step(events, "keeping the base");
	if (base_tar_write(root, run->build->base_without, run->kept,
	    &why) < 0 || sandbox_ask(inside, TAG_KEEP, 0, &why) < 0)
		events_info(events, "the base is not kept: %s", why.text);
	events_step(events, NULL);
}

/* Without the digest: the record says that nobody has touched it. */
static bool
inside_clone(const struct root_run *run)
{
	return run->build->whole >= 0 &&
	    base_clone(&run->base, run->build->whole);
}

/* 1 if the root is there now (root -1: the tar is enough), 0 if the kept base
 * is of no use. */
static int
inside_take(const struct root_run *run, struct sandbox_inside *inside,
    int root, struct error *err)
{
	auto_error struct error why = {0};
	struct events *events = sandbox_events(inside);
	int taken = root < 0 ? base_check(&run->base, &why) == 0
	    : base_tar_read(&run->base, root, &why);
	events_step(events, NULL);
	if (taken > 0)
		return 1;
	if (taken < 0)
		return error_move(err, &why);
	events_warn(events, "the kept base '%.12s' is damaged and made anew: "
	    "%s", run->key, why.text);
	if (root >= 0)
		leftover_empty(root, ".");
	return sandbox_ask(inside, TAG_DEBS, 0, err);
}

static int
inside_make(struct root_run *run, struct sandbox_inside *inside,
    int root, struct error *err)
{
	if (inside_install(run, inside, root, err) < 0)
		return -1;
	if (run->kept >= 0)
		inside_keep(run, inside, root);
	return 0;
}

static int
inside_tree(struct root_run *run, struct sandbox_inside *inside,
    struct root_tree *tree, struct error *err)
{
	const struct root_build *build = run->build;
	bool is_kept = run->base.fd >= 0;
	bool as_tar = is_kept && build->takes_tar;
	int taken = 0;

	if (is_kept)
		events_step(sandbox_events(inside),
		    "taking the base from the cache");
	if (is_kept && inside_clone(run)) {
		events_step(sandbox_events(inside), NULL);
		return 0;
	}
	if (!as_tar && build->open(build->context, &tree->fd,
	    &run->annex, err) < 0)
		return -1;
	if (is_kept)
		taken = inside_take(run, inside, tree->fd, err);
	if (taken < 0)
		return -1;
	if (taken && as_tar)
		*tree = (struct root_tree){run->base.fd, true};
	if (taken)
		return 0;
	if (as_tar && build->open(build->context, &tree->fd,
	    &run->annex, err) < 0)
		return -1;
	return inside_make(run, inside, tree->fd, err);
}

static int
inside_main(struct sandbox_inside *inside, void *context, struct error *err)
{
	struct root_run *run = context;
	const struct root_build *build = run->build;
	struct root_tree tree = {.fd = -1};
	int result;

	run->inside = inside;
	result = inside_tree(run, inside, &tree, err);
	/* A clone is all there is to do. */
	if (result == 0 && tree.fd >= 0 && !build->only_plan)
		result = build->complete(build->context, inside, &tree, err);
	if (build->close)
		build->close(build->context);
	return result;
}

/* --- outside ------------------------------------------------------------ */

static int
outside_hand_on(void *context, size_t item, int fd, struct error *err)
{
	return sandbox_send(context, TAG_DEB, item, fd, err);
}

static int
outside_fetch(const struct root_run *run, struct sandbox *sandbox,
    struct error *err)
{
	const struct root_plan *root_plan = run->build->root_plan;
	struct deb_fetch fetch = {
		.plan = &root_plan->plan,
		.cache = root_plan->cache,
		.downloader = root_plan->downloader,
		.ready = outside_hand_on,
		.context = sandbox,
	};

	events_step(run->events, "downloading packages");
	return deb_fetch_run(&fetch, err);
}

static int
outside_send_list(void *context, const char *url, int fd, struct error *err)
{
	(void)url;
	return sandbox_send(context, TAG_LIST, 0, fd, err);
}

/* The lists, in the order of their names; then the packages. */
static int
outside_plan(const struct root_run *run, struct sandbox *sandbox,
    struct error *err)
{
	const struct root_build *build = run->build;
	const struct repository *repository;

	if (root_setup_plan(&run->setup, build, err) < 0)
		return -1;
	if (build->only_plan)
		return 0;
	repository = build->root_plan->repository;
	if (sandbox_send(sandbox, TAG_PLANNED, 0, -1, err) < 0 ||
	    (repository && repository_each_file(repository,
	    outside_send_list, sandbox, err) < 0))
		return -1;
	return outside_fetch(run, sandbox, err);
}

static void
outside_not_kept(const struct root_run *run, const struct error *why)
{
	events_info(run->events, "the base is not kept: %s", why->text);
}

static void
outside_keep(const struct root_run *run)
{
	auto_error struct error why = {0};

	if (base_cache_commit(run->build->root_plan->cache, run->key,
	    run->kept, &why) < 0)
		outside_not_kept(run, &why);
}

static int
outside_answer(const struct root_run *run, struct sandbox *sandbox,
    unsigned tag, uint64_t number, struct error *err)
{
	const struct root_build *build = run->build;

	if (tag == TAG_KEEP)
		return outside_keep(run), 0;
	if (tag == TAG_PLAN)
		return outside_plan(run, sandbox, err);
	if (tag == TAG_DEBS)
		return outside_fetch(run, sandbox, err);
	return build->answer(build->context, sandbox, tag, number, err);
}

static int
outside_main(struct root_run *run, struct error *err)
{
	struct sandbox *sandbox = sandbox_start(inside_main, run, run->events,
	    err);
	unsigned tag;
	uint64_t number;
	int asked = 0;

	if (!sandbox)
		return -1;
	if (run->base.fd < 0 && !root_setup_is_needed(run->build->request))
		asked = outside_fetch(run, sandbox, err);
	while (asked == 0 &&
	    (asked = sandbox_next(sandbox, &tag, &number, err)) > 0)
		asked = outside_answer(run, sandbox, tag, number, err);
	sandbox_free(sandbox);
	return asked;
}

static void
run_open_cache(struct root_run *run)
{
	auto_error struct error why = {0};
	int cache = run->build->root_plan->cache;

	if (base_key(run->build, &run->hooks.run, run->key, &why) < 0) {
		events_debug(run->events, "no base is kept: %s", why.text);
		return;
	}
	if (base_cache_find(cache, run->key, &run->base, &why) < 0) {
		events_warn(run->events, "the kept base '%.12s' is damaged "
		    "and made anew: %s", run->key, why.text);
		base_release(&run->base);
		error_release(&why);
	}
	run->kept = base_cache_begin(cache, &why);
	if (run->kept < 0)
		outside_not_kept(run, &why);
}

int
root_build(const struct root_build *build, struct error *err)
{
	struct root_run run = {
		.build = build, .events = build->request->events,
		.base = BASE_NONE, .kept = -1, .annex = -1,
		.setup = ROOT_SETUP_NONE,
	};
	bool needs_setup = root_setup_is_needed(build->request);
	int result = root_hooks_begin(&run.hooks, build, err);

	if (result == 0 && needs_setup)
		result = root_setup_begin(&run.setup, err);
	if (result == 0 && !build->request->no_base_cache &&
	    !build->is_filled && !needs_setup)
		run_open_cache(&run);
	if (result == 0)
		result = outside_main(&run, err);
	root_hooks_end(&run.hooks);
	root_setup_end(&run.setup);
	base_release(&run.base);
	cleanup_close(&run.kept);
	if (result == 0)
		root_plan_limit_cache(build->root_plan, build->request);
	return result;
}
