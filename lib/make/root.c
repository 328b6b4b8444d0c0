#include "make/root.h"

#include "base/cleanup.h"
#include "make/root_hooks.h"
#include "repo/cache.h"
#include "repo/deb_fetch.h"

enum { TAG_DEB };

static int
root_read_archive(struct root_plan *root_plan,
    const struct root_request *request, struct error *err)
{
	struct repository_options options = {
		.architecture = request->architecture,
		.suite_name = request->suite_name,
		.trust = request->trust,
		.cache = root_plan->cache,
		.downloader = root_plan->downloader,
		.events = request->events,
	};

	root_plan->set = package_set_new(request->architecture);
	root_plan->repository = repository_open(&root_plan->sources,
	    request->suite, &options, root_plan->set, err);
	if (!root_plan->repository)
		return -1;
	package_set_finish(root_plan->set);
	return 0;
}

static int
root_connect(struct root_plan *root_plan, const struct root_request *request,
    struct error *err)
{
	struct connection connection = request->connection;

	if (proxies_read(&root_plan->proxies, err) < 0)
		return -1;
	connection.proxies = &root_plan->proxies;
	root_plan->downloader = downloader_new(&connection, request->events,
	    err);
	return root_plan->downloader ? 0 : -1;
}

int
root_plan_make(struct root_plan *root_plan,
    const struct root_request *request, struct error *err)
{
	struct plan_request wanted = {
		.variant = request->variant,
		.include = request->include,
		.essential_extra = request->suite->essential_extra,
	};

	*root_plan = (struct root_plan){
		.cache = cache_open(request->cache_directory, err)};
	if (root_plan->cache < 0)
		return -1;
	events_step(request->events, "reading the archive");
	if (root_sources_find(request, &root_plan->sources, err) < 0)
		return -1;
	if (root_connect(root_plan, request, err) < 0 ||
	    root_read_archive(root_plan, request, err) < 0)
		return -1;
	if (plan_make(root_plan->set, &wanted, &root_plan->plan, err) < 0)
		return -1;
	return repository_locate(root_plan->repository, &root_plan->plan, err);
}

void
root_plan_release(struct root_plan *root_plan)
{
	plan_release(&root_plan->plan);
	repository_free(root_plan->repository);
	downloader_free(root_plan->downloader);
	proxies_release(&root_plan->proxies);
	package_set_free(root_plan->set);
	sources_release(&root_plan->sources);
	cleanup_close(&root_plan->cache);
	*root_plan = (struct root_plan){.cache = -1};
}

/* --- in the sandbox ---------------------------------------------------- */

static int
inside_next_deb(void *context, size_t *item, int *fd, struct error *err)
{
	unsigned tag;
	uint64_t number;

	if (sandbox_receive(context, &tag, &number, fd, err) < 0)
		return -1;
	*item = number;
	return 0;
}

/* What the sandbox sees of a build. */
struct build_run {
	const struct root_build *build;
	struct root_hooks hooks;
};

static int
inside_bootstrap(const struct build_run *run, struct sandbox_inside *inside,
    struct error *err)
{
	const struct root_build *build = run->build;
	const struct root_request *request = build->request;
	struct bootstrap bootstrap = {
		.plan = &build->root_plan->plan,
		.suite = request->suite,
		.architecture = request->architecture,
		.files = build->files,
		.root = -1,
		.hooks = &run->hooks.run,
		.events = sandbox_events(inside),
		.next_deb = inside_next_deb,
		.context = inside,
	};

	if (build->open(build->context, &bootstrap.root, err) < 0 ||
	    bootstrap_run(&bootstrap, err) < 0)
		return -1;
	return build->complete(build->context, inside, bootstrap.root, err);
}

static int
inside_main(struct sandbox_inside *inside, void *context, struct error *err)
{
	const struct build_run *run = context;
	const struct root_build *build = run->build;
	int result = inside_bootstrap(run, inside, err);

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
outside_follow(const struct root_build *build, struct sandbox *sandbox,
    struct error *err)
{
	unsigned tag;
	uint64_t number;
	int asked;

	while ((asked = sandbox_next(sandbox, &tag, &number, err)) > 0)
		if (build->answer(build->context, sandbox, tag, number,
		    err) < 0)
			return -1;
	return asked;
}

static int
root_build_in_sandbox(struct build_run *run, struct error *err)
{
	const struct root_build *build = run->build;
	struct events *events = build->request->events;
	struct sandbox *sandbox = sandbox_start(inside_main, run, events, err);
	struct deb_fetch fetch = {
		.plan = &build->root_plan->plan,
		.cache = build->root_plan->cache,
		.downloader = build->root_plan->downloader,
		.ready = outside_hand_on,
		.context = sandbox,
	};
	int result;

	if (!sandbox)
		return -1;
	events_step(events, "downloading packages");
	result = deb_fetch_run(&fetch, err);
	if (result == 0)
		result = outside_follow(build, sandbox, err);
	sandbox_free(sandbox);
	return result;
}

int
root_build(const struct root_build *build, struct error *err)
{
	struct build_run run = {.build = build};
	int result = root_hooks_begin(&run.hooks, build->request,
	    build->format, err);

	if (result == 0)
		result = root_build_in_sandbox(&run, err);
	root_hooks_end(&run.hooks);
	return result;
}
