#include "root/root_build.h"

#include <sys/mman.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "disk/clone.h"
#include "install/skip.h"
#include "repo/cache.h"
#include "repo/deb_fetch.h"
#include "root/base_key.h"
#include "root/base_tar.h"
#include "root/root_hooks.h"
#include "root/root_kept.h"
#include "root/root_setup.h"

enum { TAG_DEB, TAG_PLANNED, TAG_LIST };

/* What the sandbox asks of us itself; what callers make it ask is less. */
enum {
	TAG_DEBS = 1 << 16,
	TAG_ESSENTIAL_DEBS,
	TAG_KEEP,
	TAG_KEEP_ESSENTIAL,
	TAG_PLAN,
};

/* A build, and what the cache has to do with it. */
struct root_run {
	const struct root_build *build;
	struct root_hooks hooks;
	struct root_setup setup;	/* if it is needed */
	struct events *events;
	struct root_kept base, essential;
	int malformed;	/* in memory: from inside, the plan's numbers of .debs
			   that are none */
	/* In the sandbox: */
	struct sandbox_inside *inside;
	int root;
	int annex;	/* the root's; -1: it has none */
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

/* Nobody outside listens for more than the failure itself by now. */
static void
inside_malformed(void *context, size_t item)
{
	const struct root_run *run = context;
	auto_error struct error ignored = {0};

	file_write(run->malformed, &item, sizeof(item), &ignored);
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
inside_keep_essential(void *context, struct error *err)
{
	const struct root_run *run = context;

	if (base_tar_write(run->root, NULL, run->essential.file, err) < 0)
		return -1;
	return sandbox_ask(run->inside, TAG_KEEP_ESSENTIAL, 0, err);
}

static int
inside_install(struct root_run *run, bool has_essential, struct error *err)
{
	const struct root_build *build = run->build;
	bool keeps_essential = run->essential.file >= 0 && !has_essential;
	struct bootstrap bootstrap = {
		.plan = root_setup_is_needed(build->request) ? NULL
		    : &build->root_plan->plan,
		.suite = build->request->suite,
		.architecture = build->request->architecture,
		.foreign = build->request->foreign,
		.files = build->files,
		.root = run->root,
		.annex = run->annex,
		.hooks = &run->hooks.run,
		.threads = root_request_threads(build->request),
		.first_stage = build->request->first_stage,
		.lends_resolver = build->request->lends_resolver,
		.divert = &build->request->divert,
		.skip = build->request->skip,
		.events = sandbox_events(run->inside),
		.choose = inside_choose,
		.next_deb = inside_next_deb,
		.give_up = inside_give_up,
		.malformed = inside_malformed,
		.keep_essential =
		    keeps_essential ? inside_keep_essential : NULL,
		.has_essential = has_essential,
		.context = run,
	};

	return bootstrap_run(&bootstrap, err);
}

static bool
inside_keep(const struct root_run *run)
{
	auto_error struct error why = {0};
	struct events *events = sandbox_events(run->inside);
	bool is_kept;

	events_step(events, "keeping the base");
	is_kept = base_tar_write(run->root, run->build->base_without,
	    run->base.file, &why) == 0 &&
	    sandbox_ask(run->inside, TAG_KEEP, 0, &why) == 0;
	if (!is_kept)
		events_info(events, "the base is not kept: %s", why.text);
	events_step(events, NULL);
	return is_kept;
}

/* Without the digest: the record says that nobody has touched it. */
static bool
inside_share(const struct root_run *run)
{
	return run->build->whole >= 0 &&
	    base_share(&run->base.base, run->build->whole);
}

/* 1 if it is there now; 0 if it was not kept, or is of no use: then the .debs
 * that it would have saved are on their way. */
static int
inside_take(const struct root_run *run, const struct root_kept *kept,
    unsigned debs, struct error *err)
{
	int taken = kept->base.fd < 0 ? 0 : root_kept_take(kept, run->root,
	    sandbox_events(run->inside), err);

	if (taken != 0 || kept->base.fd < 0)
		return taken;
	return sandbox_ask(run->inside, debs, 0, err);
}

static int
inside_make(struct root_run *run, bool *is_kept, struct error *err)
{
	int taken = inside_take(run, &run->essential, TAG_ESSENTIAL_DEBS, err);

	if (taken < 0 || inside_install(run, taken, err) < 0)
		return -1;
	*is_kept = run->base.file >= 0 && inside_keep(run);
	return 0;
}

static int
inside_open(struct root_run *run, struct error *err)
{
	return run->build->open(run->build->context, &run->root, &run->annex,
	    err);
}

/* The tree may then be a tar, or -1: a clone is all there is to do. */
static int
inside_tree(struct root_run *run, struct root_tree *tree, struct error *err)
{
	bool as_tar = run->base.base.fd >= 0 && run->build->takes_tar;
	bool is_kept = true;
	int taken;

	if (inside_share(run))
		return 0;
	if (!as_tar && inside_open(run, err) < 0)
		return -1;
	taken = inside_take(run, &run->base, TAG_DEBS, err);
	if (taken < 0)
		return -1;
	if (!taken && ((as_tar && inside_open(run, err) < 0) ||
	    inside_make(run, &is_kept, err) < 0))
		return -1;
	if (taken && run->build->whole >= 0)
		return clone_image(run->base.base.fd, run->build->whole, err);
	tree->is_tar = taken && as_tar;
	tree->fd = tree->is_tar ? run->base.base.fd : run->root;
	tree->is_kept = is_kept;
	return 0;
}

static int
inside_main(struct sandbox_inside *inside, void *context, struct error *err)
{
	struct root_run *run = context;
	const struct root_build *build = run->build;
	struct root_tree tree = {.fd = -1};
	int result;

	run->inside = inside;
	result = inside_tree(run, &tree, err);
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

/* Those of the plan from `first` on, before `end`. */
static int
outside_fetch(const struct root_run *run, struct sandbox *sandbox,
    size_t first, size_t end, struct error *err)
{
	const struct root_plan *root_plan = run->build->root_plan;
	struct deb_fetch fetch = {
		.plan = &root_plan->plan,
		.first = first,
		.end = end,
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
	return outside_fetch(run, sandbox, 0, build->root_plan->plan.count,
	    err);
}

static int
outside_answer(struct root_run *run, struct sandbox *sandbox,
    unsigned tag, uint64_t number, struct error *err)
{
	const struct root_build *build = run->build;
	const struct plan *plan = &build->root_plan->plan;
	int cache = build->root_plan->cache;

	switch (tag) {
	case TAG_KEEP:
		return root_kept_commit(&run->base, cache, run->events), 0;
	case TAG_KEEP_ESSENTIAL:
		return root_kept_commit(&run->essential, cache,
		    run->events), 0;
	case TAG_PLAN:
		return outside_plan(run, sandbox, err);
	case TAG_DEBS:
		return outside_fetch(run, sandbox, 0, plan->count, err);
	case TAG_ESSENTIAL_DEBS:
		return outside_fetch(run, sandbox, 0, plan_essential_count(plan),
		    err);
	}
	return build->answer(build->context, sandbox, tag, number, err);
}

/* What is not kept; where setup hooks decide, later. */
static int
outside_fetch_first(const struct root_run *run, struct sandbox *sandbox,
    struct error *err)
{
	const struct plan *plan = &run->build->root_plan->plan;
	bool has_essential = run->essential.base.fd >= 0;

	if (run->base.base.fd >= 0 ||
	    root_setup_is_needed(run->build->request))
		return 0;
	return outside_fetch(run, sandbox,
	    has_essential ? plan_essential_count(plan) : 0, plan->count, err);
}

static int
outside_main(struct root_run *run, struct error *err)
{
	struct sandbox *sandbox = sandbox_start(inside_main, run, run->events,
	    err);
	unsigned tag;
	uint64_t number;
	int asked;

	if (!sandbox)
		return -1;
	asked = outside_fetch_first(run, sandbox, err);
	while (asked == 0 &&
	    (asked = sandbox_next(sandbox, &tag, &number, err)) > 0)
		asked = outside_answer(run, sandbox, tag, number, err);
	sandbox_free(sandbox);
	return asked;
}

static void
run_open_base(struct root_run *run)
{
	auto_error struct error why = {0};
	int cache = run->build->root_plan->cache;

	if (base_key(run->build, &run->hooks.run, run->base.key, &why) < 0) {
		events_debug(run->events, "no base is kept: %s", why.text);
		return;
	}
	root_kept_find(&run->base, cache, run->events);
	root_kept_begin(&run->base, cache, run->events);
}

/*
 * To keep it takes longer than a first run may lose, and most roots are made
 * by one list of packages only, for which the base is enough. So it is kept by
 * the second run that begins with these packages, which finds them all in the
 * cache, and has time to lose: it downloads nothing.
 */
static void
run_open_essential(struct root_run *run)
{
	auto_error struct error why = {0};
	const struct root_plan *root_plan = run->build->root_plan;
	const struct plan *plan = &root_plan->plan;

	if (base_key_essential(run->build, run->essential.key, &why) < 0) {
		events_debug(run->events, "no essential base is kept: %s",
		    why.text);
		return;
	}
	root_kept_find(&run->essential, root_plan->cache, run->events);
	if (deb_fetch_is_cached(plan, plan_essential_count(plan),
	    root_plan->cache))
		root_kept_begin(&run->essential, root_plan->cache,
		    run->events);
}

/* Bytes that no root can be made of are not worth their room. */
static void
outside_drop_malformed(const struct root_run *run)
{
	const struct root_plan *root_plan = run->build->root_plan;
	size_t item;

	for (off_t at = 0; pread(run->malformed, &item, sizeof(item), at) ==
	    sizeof(item); at += (off_t)sizeof(item)) {
		auto_free char *digest =
		    view_string(root_plan->plan.items[item].digest);

		cache_drop(root_plan->cache, digest);
	}
}

/* As build->find says. */
static int
run_find(const struct root_run *run, struct error *err)
{
	const struct root_build *build = run->build;

	return build->find ? build->find(build->context,
	    *run->base.key ? run->base.key : NULL, err) : 0;
}

static void
run_open_cache(struct root_run *run)
{
	const struct root_build *build = run->build;

	if (build->request->no_base_cache || build->is_filled ||
	    root_setup_is_needed(build->request))
		return;
	/* its key says nothing of apt's lists */
	if (!(build->request->skip & SKIP_CLEAN_LISTS))
		run_open_base(run);
	if (run->base.base.fd < 0)
		run_open_essential(run);
}

int
root_build(const struct root_build *build, struct error *err)
{
	struct root_run run = {
		.build = build, .events = build->request->events,
		.base = ROOT_KEPT_NONE("base"),
		.essential = ROOT_KEPT_NONE("essential base"),
		.root = -1, .annex = -1, .setup = ROOT_SETUP_NONE,
		.malformed = memfd_create("malformed", MFD_CLOEXEC),
	};
	int result = root_hooks_begin(&run.hooks, build, err);

	if (result == 0 && root_setup_is_needed(build->request))
		result = root_setup_begin(&run.setup, err);
	if (result == 0) {
		run_open_cache(&run);
		result = run_find(&run, err);
	}
	if (result == 0) {
		result = outside_main(&run, err);
		outside_drop_malformed(&run);
	}
	root_hooks_end(&run.hooks);
	root_setup_end(&run.setup);
	root_kept_release(&run.base);
	root_kept_release(&run.essential);
	cleanup_close(&run.malformed);
	if (result >= 0)
		root_plan_limit_cache(build->root_plan, build->request);
	return result < 0 ? -1 : 0;
}
