#include "disk/squashfs.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>

#include "base/cleanup.h"
#include "base/command.h"
#include "base/memory.h"
#include "tree/sink.h"

enum { STDIN_FD = 0, IMAGE_FD = 3 };

struct squashfs_sink {
	struct tree_sink sink;
	struct tree_sink *tar;	/* into the pipe */
	int pipe;
	int input;	/* its other end: of sqfstar */
	struct command command;
	struct error failure;	/* of sqfstar */
	pthread_t thread;	/* that follows it */
	bool is_running;
};

int
squashfs_check(struct error *err)
{
	if (command_exists("sqfstar"))
		return 0;
	return error_set(err, "a squashfs is made by sqfstar, which is not "
	    "here; install squashfs-tools");
}

static void
squashfs_line(void *context, const char *text)
{
	if (*text)
		events_debug(context, "sqfstar: %s", text);
}

/* Once it has ended nobody reads the pipe, and who writes must know. */
static void *
squashfs_follow(void *context)
{
	struct squashfs_sink *sink = context;

	command_run(&sink->command, &sink->failure);
	cleanup_close(&sink->input);
	sink->input = -1;
	return NULL;
}

/* Ends the tar and waits; what sqfstar said is the better reason. */
static int
squashfs_end(struct squashfs_sink *sink, int result, struct error *err)
{
	cleanup_close(&sink->pipe);
	sink->pipe = -1;
	if (sink->is_running)
		pthread_join(sink->thread, NULL);
	sink->is_running = false;
	if (!sink->failure.text)
		return result;
	error_release(err);
	return error_move(err, &sink->failure);
}

static int
squashfs_add(struct tree_sink *sink, const struct tree_entry *entry,
    struct error *err)
{
	struct squashfs_sink *into = (struct squashfs_sink *)sink;

	if (into->tar->add(into->tar, entry, err) == 0)
		return 0;
	return squashfs_end(into, -1, err);
}

static int
squashfs_finish(struct tree_sink *sink, struct error *err)
{
	struct squashfs_sink *into = (struct squashfs_sink *)sink;

	return squashfs_end(into, into->tar->finish(into->tar, err), err);
}

static void
squashfs_free(struct tree_sink *sink)
{
	struct squashfs_sink *into = (struct squashfs_sink *)sink;
	auto_error struct error ignored = {0};

	squashfs_end(into, 0, &ignored);
	if (into->tar)
		into->tar->free(into->tar);
	cleanup_close(&into->input);
	command_release(&into->command);
	free(into);
}

/* As mmdebstrap has it made: small, and ready to be exported. */
static void
squashfs_arguments(const struct squashfs *squashfs, struct command *command)
{
	static const char *const fixed[] = {
		"sqfstar", "-force", "-quiet", "-no-progress",
		"-exit-on-error", "-exports", "-comp", "xz", "-b", "1M", NULL,
	};

	for (const char *const *argument = fixed; *argument; argument++)
		command_add(command, *argument);
	command_add(command, "-root-mode");
	command_addf(command, "%o", (unsigned)squashfs->root.st_mode & 07777);
	command_add(command, "-root-uid");
	command_addf(command, "%u", (unsigned)squashfs->root.st_uid);
	command_add(command, "-root-gid");
	command_addf(command, "%u", (unsigned)squashfs->root.st_gid);
	command_add(command, "-root-time");
	command_addf(command, "%lld", (long long)squashfs->root.st_mtime);
	if (squashfs->threads) {
		command_add(command, "-processors");
		command_addf(command, "%u", squashfs->threads);
	}
	command_addf(command, "/proc/self/fd/%d", IMAGE_FD);
}

static int
squashfs_start(struct squashfs_sink *sink, struct error *err)
{
	sigset_t all, before;
	int ends[2], failed;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return error_errno(err, "make a pipe for sqfstar");
	sink->input = ends[0];
	sink->pipe = ends[1];
	command_pass(&sink->command, sink->input, STDIN_FD);
	/* Signals are for the thread that started us. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	failed = pthread_create(&sink->thread, NULL, squashfs_follow, sink);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	sink->is_running = !failed;
	return failed ? error_set(err, "cannot start a thread") : 0;
}

struct tree_sink *
squashfs_sink_new(const struct squashfs *squashfs, struct error *err)
{
	struct squashfs_sink *sink = memory_new(struct squashfs_sink);

	sink->sink = (struct tree_sink){
		.add = squashfs_add,
		.finish = squashfs_finish,
		.free = squashfs_free,
	};
	sink->pipe = sink->input = -1;
	sink->command.line = squashfs_line;
	sink->command.context = squashfs->events;
	squashfs_arguments(squashfs, &sink->command);
	command_pass(&sink->command, squashfs->fd, IMAGE_FD);
	if (squashfs_start(sink, err) == 0)
		sink->tar = sink_tar_new_gnu_links(sink->pipe, err);
	if (sink->tar)
		return &sink->sink;
	squashfs_free(&sink->sink);
	return NULL;
}
