#include "root/root.h"

#include "base/cleanup.h"
#include "base/memory.h"
#include "install/skip.h"
#include "install/vsyscall.h"
#include "plan/plan_file.h"
#include "repo/cache.h"
#include "repo/cache_limit.h"
#include "repo/cache_text.h"
#include "repo/deb_fetch.h"
#include "repo/deb_tarball.h"
#include "root/root_lock.h"

static const char solutions[] = "plans";
static const uint64_t usual_cache_limit = UINT64_C(4) << 30;

enum { THREADS_MAX = 256 };

unsigned
root_request_threads(const struct root_request *request)
{
	return request->threads < THREADS_MAX
	    ? (unsigned)request->threads : THREADS_MAX;
}

static struct repository *
root_open_repository(const struct root_plan *root_plan,
    const struct root_request *request, struct error *err)
{
	struct repository_options options = {
		.architecture = request->architecture,
		.foreign = request->foreign,
		.suite_name = request->suite_name,
		.trust = request->trust,
		.cache = root_plan->cache,
		.downloader = root_plan->downloader,
		.events = request->events,
	};

	return repository_open(&root_plan->sources, request->suite, &options,
	    err);
}

static int
root_connect(struct root_plan *root_plan, const struct root_request *request,
    struct error *err)
{
	struct connection connection = request->connection;

	vector_each(line, &request->proxies)
		proxies_parse(&root_plan->proxies, view_of(*line));
	if (proxies_read(&root_plan->proxies, err) < 0 ||
	    logins_read(&root_plan->logins, err) < 0)
		return -1;
	connection.logins = &root_plan->logins;
	connection.proxies = &root_plan->proxies;
	connection.offline |= request->unpack_tarball != NULL;
	root_plan->downloader = downloader_new(&connection, request->events,
	    err);
	return root_plan->downloader ? 0 : -1;
}

/* Appends the plan to its head. */
static int
root_solve(struct repository *repository, const struct root_request *request,
    struct buffer *text, struct error *err)
{
	auto_strings struct strings include = {0};
	struct plan_request wanted = {
		.variant = request->variant,
		.exclude = request->exclude,
		.recommends = request->recommends,
		.essential_extra = request->suite->essential_extra,
	};
	struct package_set *set = package_set_new(request->architecture);
	struct plan plan = {0};
	int result;

	vector_each(architecture, &request->foreign)
		package_set_add_foreign(set, *architecture);
	local_debs_include(&request->local_debs, &request->include, &include);
	wanted.include = include;
	result = repository_read(repository, set, err);
	if (result == 0)
		result = local_debs_add(&request->local_debs, set, err);
	if (result == 0) {
		package_set_finish(set);
		result = plan_make(set, &wanted, &plan, err);
	}
	local_debs_locate(&request->local_debs, &plan);
	if (result == 0)
		result = repository_locate(repository, &plan, err);
	if (result == 0)
		plan_file_write(&plan, text);
	plan_release(&plan);
	package_set_free(set);
	return result;
}

/* What cannot be kept is only slower the next time. */
static void
root_keep_solution(int cache, const char *key, const struct buffer *text,
    struct events *events)
{
	auto_error struct error err = {0};
	struct view whole = {text->data, text->length};

	if (cache_text_keep(cache, solutions, key, whole, &err) < 0)
		events_debug(events, "the plan is not kept: %s", err.text);
}

/* Solved before for the same releases, or now. */
static int
root_plan_from_archive(struct root_plan *root_plan,
    const struct root_request *request, struct repository *repository,
    struct error *err)
{
	auto_buffer struct buffer head = {0}, text = {0};
	auto_stanza struct stanza stanza = {0};
	char key[DIGEST_HEX_MAX + 1];

	root_lock_head(request, repository, &head);
	root_lock_key(request, &head, key);
	if (!repository_is_described(repository) ||
	    !cache_text_find(root_plan->cache, solutions, key, &text)) {
		buffer_add(&text, head.data, head.length);
		if (root_solve(repository, request, &text, err) < 0)
			return -1;
		if (repository_is_described(repository))
			root_keep_solution(root_plan->cache, key, &text,
			    request->events);
	}
	return root_lock_parse(root_plan, "the plan", &text, &stanza, err);
}

/* For hooks' apt, or for the root's own. */
static bool
wants_lists(const struct root_request *request)
{
	return request->hooks.count || request->skip & SKIP_CLEAN_LISTS;
}

/* *is_outdated: another try may find the mirror in order. */
static int
root_ask_once(struct root_plan *root_plan, const struct root_request *request,
    bool *is_outdated, struct error *err)
{
	struct repository *repository =
	    root_open_repository(root_plan, request, err);
	int result = repository ? root_plan_from_archive(root_plan, request,
	    repository, err) : -1;

	if (result == 0 && wants_lists(request))
		result = repository_fetch_indices(repository, err);
	*is_outdated = result < 0 && repository &&
	    repository_is_outdated(repository);
	if (result == 0 && wants_lists(request))
		root_plan->repository = steal_pointer(&repository);
	repository_free(repository);
	return result;
}

static int
root_ask_archive(struct root_plan *root_plan,
    const struct root_request *request, struct error *err)
{
	bool is_outdated;
	int result;

	events_step(request->events, "reading the archive");
	result = root_ask_once(root_plan, request, &is_outdated, err);
	if (is_outdated) {
		events_debug(request->events, "reading the archive again: %s",
		    err->text);
		error_release(err);
		result = root_ask_once(root_plan, request, &is_outdated, err);
	}
	if (result == 0 && request->lock)
		result = root_lock_write(root_plan, request->lock, err);
	return result;
}

static int
root_plan_unpack(struct root_plan *root_plan,
    const struct root_request *request, struct error *err)
{
	const char *path = request->unpack_tarball;
	auto_buffer struct buffer text = {0};
	auto_free char *name = memory_printf("%s:plan", path);
	struct deb_tarball *tarball = deb_tarball_open(path, &text, err);
	int result = -1;

	if (tarball &&
	    root_lock_take(root_plan, name, &text, request, err) == 0)
		result = deb_tarball_read(tarball, &root_plan->plan,
		    root_plan->cache, err);
	deb_tarball_free(tarball);
	return result;
}

static int
root_find_plan(struct root_plan *root_plan,
    const struct root_request *request, struct error *err)
{
	int found = 0;

	*root_plan = (struct root_plan){
		.suite = request->suite,
		.cache = cache_open(request->cache_directory, err)};
	if (root_plan->cache < 0 ||
	    root_sources_find(request, &root_plan->sources, err) < 0)
		return -1;
	if (root_connect(root_plan, request, err) < 0)
		return -1;
	if (request->unpack_tarball)
		return root_plan_unpack(root_plan, request, err);
	if (request->lock)
		found = root_lock_read(root_plan, request->lock, request, err);
	if (found)
		return found < 0 ? -1 : 0;
	return root_ask_archive(root_plan, request, err);
}

int
root_plan_make(struct root_plan *root_plan,
    const struct root_request *request, struct error *err)
{
	bool is_run;

	if (root_find_plan(root_plan, request, err) < 0)
		return -1;
	is_run = !request->first_stage && !root_plan->plan.is_unpacked_only &&
	    !(request->skip & SKIP_RUNNABLE);
	return is_run ? vsyscall_check(request->suite, request->architecture,
	    err) : 0;
}

int
root_plan_download(const struct root_plan *root_plan,
    const struct root_request *request, struct error *err)
{
	struct deb_fetch fetch = {
		.plan = &root_plan->plan,
		.end = root_plan->plan.count,
		.cache = root_plan->cache,
		.downloader = root_plan->downloader,
	};

	events_step(request->events, "downloading packages");
	return deb_fetch_run(&fetch, err);
}

void
root_plan_limit_cache(const struct root_plan *root_plan,
    const struct root_request *request)
{
	uint64_t limit = request->cache_limit
	    ? request->cache_limit : usual_cache_limit;
	auto_error struct error err = {0};

	if (cache_limit(root_plan->cache, limit, NULL, &err) < 0)
		events_warn(request->events, "the cache keeps more than it "
		    "should: %s", err.text);
}

void
root_plan_release(struct root_plan *root_plan)
{
	plan_release(&root_plan->plan);
	repository_free(root_plan->repository);
	downloader_free(root_plan->downloader);
	proxies_release(&root_plan->proxies);
	logins_release(&root_plan->logins);
	sources_release(&root_plan->sources);
	cleanup_close(&root_plan->cache);
	*root_plan = (struct root_plan){.cache = -1};
}
