#include "root/root_output.h"

#include <fcntl.h>
#include <string.h>
#include <sys/file.h>

#include "base/cleanup.h"
#include "base/epoch.h"
#include "base/memory.h"
#include "install/skip.h"
#include "root/annex.h"
#include "root/root_build.h"
#include "root/root_setup.h"
#include "root/workspace.h"
#include "tree/walk.h"

/* What the functions of a struct root_build share. */
struct output_run {
	struct root_output *output;
	struct root_request *request;
	struct root_plan *root_plan;
	struct workspace workspace;
	struct annex annex;
	int annex_parent;
	int root;
};

int
root_output_check(struct root_output *output,
    const struct root_output_request *wanted, struct error *err)
{
	const char *target = wanted->target;

	*output = (struct root_output){.wanted = *wanted,
		.target = {
			.given = target, .parent = -1, .fd = -1,
			.may_be_filled = wanted->skip & SKIP_EMPTY,
		}};
	if (sandbox_check(err) < 0)
		return -1;
	output->format = root_format_find(wanted->format, target, err);
	if (!output->format)
		return -1;
	if (wanted->size && !output->format->has_size)
		return error_usage(err, "--size is for ext2, ext3 and ext4, "
		    "not for the format %s", output->format->name);
	if (output->format->kind == FORMAT_STREAM && strcmp(target, "-"))
		output->compression = compression_of_name(target);
	if ((output->compression &&
	    compression_check(output->compression, err) < 0) ||
	    (output->format->check && output->format->check(err) < 0))
		return -1;
	return root_target_check(&output->target, output->format, err);
}

void
root_output_writes(const struct root_output *output, struct strings *writes)
{
	const struct root_target *target = &output->target;
	const char *parent = target->parent_path ? target->parent_path
	    : target->above;

	if (target->name)
		strings_printf(writes, "%s %s/%s", output->format->name,
		    strcmp(parent, "/") ? parent : "", target->name);
}

/* --- in the sandbox ---------------------------------------------------- */

/* Opened anew: mounts go only onto what belongs to our own namespace. */
static int
inside_open_beside(struct output_run *run, struct error *err)
{
	const struct root_target *target = &run->output->target;
	const char *name = target->in_place ? target->name : target->temporary;

	run->annex_parent = open(target->parent_path,
	    O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (run->annex_parent < 0)
		return error_errno(err, "open '%s'", target->parent_path);
	if (!target->in_place && (annex_open(&run->annex,
	    run->annex_parent, name, err) < 0 ||
	    annex_make_root(&run->annex, name, err) < 0))
		return error_prefix(err, "beside '%s'", target->given);
	run->root = openat(run->annex_parent, name,
	    O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (run->root < 0 || flock(run->root, LOCK_EX | LOCK_NB) < 0)
		return error_errno(err, "open '%s'", name);
	return 0;
}

static int
inside_open(void *context, int *root, int *annex, struct error *err)
{
	struct output_run *run = context;

	if (run->output->target.kind == TARGET_DIRECTORY) {
		if (inside_open_beside(run, err) < 0)
			return -1;
		*root = run->root;
		if (run->annex.name)
			*annex = run->annex.fd;
		return 0;
	}
	if (workspace_open(&run->workspace, run->request->cache_directory,
	    root_setup_size(run->request, run->root_plan),
	    run->request->events, err) < 0)
		return -1;
	*root = run->workspace.root;
	*annex = run->workspace.annex.fd;
	return 0;
}

static int
inside_write(struct output_run *run, struct events *events,
    const struct root_tree *tree, struct error *err)
{
	struct root_output *output = run->output;
	struct tree_walk walk = {
		.root = tree->fd, .is_tar = tree->is_tar, .clamp_time = source_date_epoch(),
		.events = events,
		.without_dev = output->wanted.skip & SKIP_OUTPUT_DEV,
		.without_nodes = output->wanted.skip & SKIP_OUTPUT_NODES,
	};
	struct root_writing writing = {
		.fd = output->target.fd, .walk = &walk,
		.format = output->format,
		.compression = output->compression,
		.suite = run->root_plan->suite,
		.size = output->wanted.size,
		.threads = root_request_threads(run->request),
		.events = events,
	};
	struct tree_sink *sink = output->format->open(&writing, err);
	int result = sink ? tree_walk(&walk, sink, err) : -1;

	if (result == 0)
		result = sink->finish(sink, err);
	if (sink)
		sink->free(sink);
	return result;
}

static int
inside_complete(void *context, struct sandbox_inside *inside,
    const struct root_tree *tree, struct error *err)
{
	struct output_run *run = context;
	const struct root_format *format = run->output->format;
	struct events *events = sandbox_events(inside);
	auto_free char *step = memory_printf("writing the %s", format->name);

	if (!format->open)
		return 0;
	events_step(events, step);
	if (inside_write(run, events, tree, err) < 0)
		return error_prefix(err, "writing '%s'",
		    run->output->target.given);
	return 0;
}

static void
inside_close(void *context)
{
	struct output_run *run = context;

	annex_close(&run->annex);
	cleanup_close(&run->annex_parent);
	workspace_release(&run->workspace);
}

/* --- outside ------------------------------------------------------------ */

/* A tar that is the base's own, byte by byte. */
static bool
output_is_whole(const struct root_output *output)
{
	return output->target.kind == TARGET_FILE &&
	    output->format->kind == FORMAT_STREAM && !output->compression &&
	    !(output->wanted.skip & (SKIP_OUTPUT_DEV | SKIP_OUTPUT_NODES)) &&
	    source_date_epoch() < 0;
}

static struct bootstrap_file *
output_files(const struct root_files *sources)
{
	struct bootstrap_file *files =
	    memory_zeroed(sources->count + 1, sizeof(*files));

	for (size_t i = 0; i < sources->count; i++)
		files[i] = (struct bootstrap_file){
			sources->items[i].path, sources->items[i].text};
	return files;
}

int
root_output_build(struct root_output *output,
    struct root_request *request, struct root_plan *root_plan,
    struct error *err)
{
	auto_root_files struct root_files sources = {0};
	auto_free struct bootstrap_file *files = NULL;
	struct output_run run = {
		.output = output, .request = request, .root_plan = root_plan,
		.workspace = {.root = -1, .work = -1}, .root = -1,
		.annex_parent = -1,
	};
	struct root_build build = {
		.request = request, .root_plan = root_plan,
		.open = inside_open, .complete = inside_complete,
		.close = inside_close, .context = &run,
	};

	build.only_plan = output->only_plan;
	build.is_filled = output->target.is_filled;
	build.format = output->format->name;
	build.takes_tar = output->format->takes_tar;
	if (root_target_begin(&output->target, err) < 0)
		return -1;
	build.whole = output_is_whole(output) ? output->target.fd : -1;
	root_sources_files(request, &sources);
	vector_each(file, &request->files)
		*vector_push(&sources) = (struct root_file){
			.path = memory_string(file->path),
			.text = memory_string(file->text),
		};
	build.files = files = output_files(&sources);
	if (root_build(&build, err) < 0)
		return -1;
	return root_target_commit(&output->target, err);
}

int
root_output_plan_only(struct root_plan *root_plan,
    struct root_request *request, struct error *err)
{
	const struct root_output_request nowhere = {
		.target = "-", .format = (char *)"null"};
	auto_root_output struct root_output output = {
		.target = {.parent = -1, .fd = -1}};

	if (root_output_check(&output, &nowhere, err) < 0)
		return -1;
	output.only_plan = true;
	return root_output_build(&output, request, root_plan, err);
}

void
root_output_release(struct root_output *output)
{
	root_target_release(&output->target);
}
