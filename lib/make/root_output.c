#include "make/root_output.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/epoch.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "make/leftover.h"
#include "make/annex.h"
#include "make/workspace.h"
#include "tree/sink.h"
#include "tree/walk.h"

/* What the functions of a struct root_build share. */
struct output_run {
	struct root_output *output;
	const struct root_request *request;
	const struct root_plan *root_plan;
	struct workspace workspace;
	struct annex annex;
	int annex_parent;
	int root;
};

static bool
directory_is_empty(int parent, const char *name)
{
	int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	auto_closedir DIR *dir = fd < 0 ? NULL : fdopendir(fd);

	return dir && !leftover_next(dir);
}

/* A mount point cannot be renamed over, nor can what holds lost+found. */
static bool
directory_must_stay(const struct root_output *output, dev_t device)
{
	auto_free char *found = memory_printf("%s/lost+found", output->name);
	struct stat parent;

	return fstat(output->parent, &parent) < 0 ||
	    parent.st_dev != device || file_exists(output->parent, found);
}

static int
output_check_existing(struct root_output *output, struct error *err)
{
	struct stat status;

	if (fstatat(output->parent, output->name, &status,
	    AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ? 0
		    : error_errno(err, "'%s'", output->target);
	if (output->kind == ROOT_TAR)
		return error_set(err, "'%s' exists; remove it or name another",
		    output->target);
	if (!S_ISDIR(status.st_mode))
		return error_set(err, "'%s' exists and is not a directory",
		    output->target);
	if (!directory_is_empty(output->parent, output->name))
		return error_set(err, "'%s' is not empty; a root is made only "
		    "in a new or empty directory", output->target);
	output->in_place = directory_must_stay(output, status.st_dev);
	return 0;
}

static int
output_open_parent(struct root_output *output, struct error *err)
{
	size_t length = strlen(output->target);
	auto_free char *path = NULL;
	char *slash;

	while (length > 1 && output->target[length - 1] == '/')
		length--;
	path = memory_copy(output->target, length);
	slash = strrchr(path, '/');
	output->name = memory_string(slash ? slash + 1 : path);
	if (!*output->name || !strcmp(output->name, ".") ||
	    !strcmp(output->name, ".."))
		return error_usage(err, "'%s' cannot be the target",
		    output->target);
	if (slash)
		slash[slash == path] = '\0';
	output->parent_path = realpath(slash ? path : ".", NULL);
	output->parent = output->parent_path ? open(output->parent_path,
	    O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
	if (output->parent < 0)
		return error_errno(err, "open '%s'", slash ? path : ".");
	return 0;
}

int
root_output_check(struct root_output *output, const char *target,
    struct error *err)
{
	*output = (struct root_output){
		.target = target, .parent = -1, .fd = -1};
	if (sandbox_check(err) < 0)
		return -1;
	if (strcmp(target, "-") == 0) {
		output->kind = ROOT_STDOUT;
		if (isatty(STDOUT_FILENO))
			return error_usage(err, "standard output is a "
			    "terminal; send the tar into a file or a pipe");
		return 0;
	}
	if (output_open_parent(output, err) < 0)
		return -1;
	output->kind = view_ends(view_of(output->name), ".tar")
	    ? ROOT_TAR : ROOT_DIRECTORY;
	if (strstr(output->name, ".tar."))
		return error_usage(err, "'%s': compressed tars are not made "
		    "yet; send '-' through the compressor", target);
	return output_check_existing(output, err);
}

void
root_output_writes(const struct root_output *output, struct strings *writes)
{
	if (output->kind != ROOT_STDOUT)
		strings_printf(writes, "%s %s/%s",
		    output->kind == ROOT_TAR ? "tar" : "directory",
		    strcmp(output->parent_path, "/") ? output->parent_path
		    : "", output->name);
}

/* --- in the sandbox ---------------------------------------------------- */

/* Opened anew: mounts go only onto what belongs to our own namespace. */
static int
inside_open_beside(struct output_run *run, struct error *err)
{
	struct root_output *output = run->output;
	const char *name = output->in_place ? output->name : output->temporary;

	run->annex_parent = open(output->parent_path,
	    O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (run->annex_parent < 0)
		return error_errno(err, "open '%s'", output->parent_path);
	if (!output->in_place && (annex_open(&run->annex,
	    run->annex_parent, name, err) < 0 ||
	    annex_make_root(&run->annex, name, err) < 0))
		return error_prefix(err, "beside '%s'", output->target);
	run->root = openat(run->annex_parent, name,
	    O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (run->root < 0 || flock(run->root, LOCK_EX | LOCK_NB) < 0)
		return error_errno(err, "open '%s'", name);
	return 0;
}

static int
inside_open(void *context, int *root, struct error *err)
{
	struct output_run *run = context;

	if (run->output->kind == ROOT_DIRECTORY) {
		if (inside_open_beside(run, err) < 0)
			return -1;
		*root = run->root;
		return 0;
	}
	if (workspace_open(&run->workspace, run->request->cache_directory,
	    run->root_plan->plan.installed_size, run->request->events, err) < 0)
		return -1;
	*root = run->workspace.root;
	return 0;
}

static int
inside_write_tar(struct output_run *run, struct events *events, int root,
    struct error *err)
{
	struct tree_walk walk = {
		.root = root, .clamp_time = source_date_epoch(),
		.events = events,
	};
	struct tree_sink *sink = sink_tar_new(run->output->fd, err);
	int result = sink ? tree_walk(&walk, sink, err) : -1;

	if (result == 0)
		result = sink->finish(sink, err);
	if (sink)
		sink->free(sink);
	return result;
}

static int
inside_complete(void *context, struct sandbox_inside *inside, int root,
    struct error *err)
{
	struct output_run *run = context;
	struct events *events = sandbox_events(inside);

	if (run->output->kind == ROOT_DIRECTORY)
		return 0;
	events_step(events, "writing the tar");
	if (inside_write_tar(run, events, root, err) < 0)
		return error_prefix(err, "writing '%s'", run->output->target);
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

static int
output_begin(struct root_output *output, struct error *err)
{
	if (output->kind == ROOT_STDOUT) {
		output->fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
		return output->fd < 0 ? error_errno(err, "standard output") : 0;
	}
	leftover_reap(output->parent, output->name);
	output->temporary = memory_printf(".%s.%ld", output->name,
	    (long)getpid());
	if (output->kind == ROOT_DIRECTORY)
		return 0;
	output->fd = openat(output->parent, output->temporary,
	    O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (output->fd < 0 || flock(output->fd, LOCK_EX | LOCK_NB) < 0)
		return error_errno(err, "create '%s'", output->target);
	return 0;
}

static int
output_commit(struct root_output *output, struct error *err)
{
	mode_t mask = umask(0);

	umask(mask);
	if (output->kind == ROOT_TAR && (fchmod(output->fd, 0666 & ~mask) < 0 ||
	    fsync(output->fd) < 0))
		return error_errno(err, "write '%s'", output->target);
	if (output->kind != ROOT_STDOUT && !output->in_place &&
	    renameat(output->parent, output->temporary, output->parent,
	    output->name) < 0)
		return error_errno(err, "rename to '%s'", output->target);
	free(steal_pointer(&output->temporary));
	return 0;
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
    const struct root_request *request, const struct root_plan *root_plan,
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

	build.format = output->kind == ROOT_DIRECTORY ? "directory" : "tar";
	if (output_begin(output, err) < 0)
		return -1;
	root_sources_files(request, &sources);
	build.files = files = output_files(&sources);
	if (root_build(&build, err) < 0)
		return -1;
	return output_commit(output, err);
}

void
root_output_release(struct root_output *output)
{
	if (output->temporary && output->in_place)
		leftover_empty(output->parent, output->name);
	else if (output->temporary)
		leftover_remove(output->parent, output->temporary);
	cleanup_close(&output->fd);
	cleanup_close(&output->parent);
	free(output->parent_path);
	free(output->name);
	free(output->temporary);
}
