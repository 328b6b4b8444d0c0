#include "base/command.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/interrupt.h"
#include "base/memory.h"

static const char command_path[] =
    "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

enum { EXEC_FAILED = 127, KILL_AFTER_MS = 2000 };

/* One stream of the child: stdout or stderr. */
struct stream {
	int fd;
	struct buffer pending;	/* of a line that has not ended */
	struct buffer *output;	/* takes everything instead, if set */
	bool is_stderr;
};

void
command_add(struct command *command, const char *argument)
{
	strings_add(&command->arguments, argument);
}

void
command_addf(struct command *command, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	*vector_push(&command->arguments) = memory_vprintf(format, arguments);
	va_end(arguments);
}

void
command_setenv(struct command *command, const char *name, const char *value)
{
	strings_printf(&command->environment, "%s=%s", name, value);
}

void
command_pass(struct command *command, int fd, int number)
{
	*vector_push(&command->descriptors) =
	    (struct command_descriptor){fd, number};
}

static const char *
command_search_path(const struct command *command)
{
	vector_each(variable, &command->environment)
		if (!strncmp(*variable, "PATH=", 5))
			return *variable + 5;
	return command_path;
}

/* The program's path, looked up as the child will see it; NULL if missing. */
static char *
command_find(const char *name, const char *search)
{
	struct view rest = view_of(search), directory;

	if (strchr(name, '/'))
		return memory_string(name);
	while (view_cut(&rest, ':', &directory)) {
		char *path = memory_printf(VIEW_FORMAT "/%s",
		    VIEW_ARGUMENTS(directory), name);

		if (access(path, X_OK) == 0)
			return path;
		free(path);
	}
	return NULL;
}

bool
command_exists(const char *name)
{
	auto_free char *path = command_find(name, command_path);

	return path && access(path, X_OK) == 0;
}

/* Puts the wanted descriptors at their numbers; none may hit another. */
static int
child_descriptors(struct command *command, const int streams[3])
{
	vector_each(descriptor, &command->descriptors) {
		int high = fcntl(descriptor->fd, F_DUPFD_CLOEXEC, 64);

		if (high < 0)
			return -1;
		descriptor->fd = high;
	}
	for (int i = 0; i < 3; i++)
		if (dup2(streams[i], i) < 0)
			return -1;
	vector_each(descriptor, &command->descriptors)
		if (dup2(descriptor->fd, descriptor->number) < 0)
			return -1;
	return 0;
}

static void
child_environment(struct command *command)
{
	if (!command->environment.count) {
		setenv("PATH", command_path, 1);
		return;
	}
	clearenv();
	vector_each(variable, &command->environment)
		putenv(*variable);
}

static int
child_enter(struct command *command, const int streams[3])
{
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	interrupt_default();
	signal(SIGPIPE, SIG_DFL);
	if (child_descriptors(command, streams) < 0)
		return -1;
	if (command->root > 0 && (fchdir(command->root) < 0 ||
	    chroot(".") < 0 || chdir("/") < 0))
		return -1;
	child_environment(command);
	return command->prepare ? command->prepare(command->context) : 0;
}

/* A script that names no interpreter is the shell's, as execvp(3) has it. */
static void
child_execute(struct command *command, const char *path)
{
	struct strings script = {0};

	execv(path, command->arguments.items);
	if (errno != ENOEXEC)
		return;
	strings_add(&script, "sh");
	strings_add(&script, path);
	for (char **argument = command->arguments.items + 1; *argument;
	    argument++)
		strings_add(&script, *argument);
	*vector_push(&script) = NULL;
	execv("/bin/sh", script.items);
}

static _Noreturn void
child_main(struct command *command, const int streams[3], pid_t parent)
{
	auto_free char *path = NULL;

	if (prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && getppid() == parent &&
	    child_enter(command, streams) == 0) {
		path = command_find(command->arguments.items[0],
		    command_search_path(command));
		*vector_push(&command->arguments) = NULL;
		errno = ENOENT;
		if (path)
			child_execute(command, path);
	}
	dprintf(STDERR_FILENO, "%s: %s\n", command->arguments.items[0],
	    strerror(errno));
	_exit(EXEC_FAILED);
}

static void
stream_line(struct command *command, struct stream *stream)
{
	if (stream->is_stderr || !command->last_line) {
		free(command->last_line);
		command->last_line = memory_string(stream->pending.data);
	}
	if (command->line)
		command->line(command->context, stream->pending.data);
	buffer_clear(&stream->pending);
}

static void
stream_take(struct command *command, struct stream *stream, const char *data,
    size_t length)
{
	struct view rest = {data, length}, line;

	if (stream->output) {
		buffer_add(stream->output, data, length);
		return;
	}
	while (view_cut(&rest, '\n', &line)) {
		buffer_view(&stream->pending, line);
		if (rest.data)
			stream_line(command, stream);
	}
}

/* Reads what there is; closes the stream at its end. */
static void
stream_read(struct command *command, struct stream *stream)
{
	char block[4096];
	ssize_t length = read(stream->fd, block, sizeof(block));

	if (length > 0) {
		stream_take(command, stream, block, (size_t)length);
		return;
	}
	if (length < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (stream->pending.length)
		stream_line(command, stream);
	close(stream->fd);
	stream->fd = -1;
}

/* Asks the child to end once we are interrupted, and makes it end later. */
static void
child_end_on_interrupt(const struct command *command, pid_t child,
    int64_t *since)
{
	if (!interrupt_is_set() || command->is_undisturbed)
		return;
	if (!*since) {
		*since = clock_ms();
		kill(child, SIGTERM);
	} else if (clock_ms() - *since > KILL_AFTER_MS) {
		kill(child, SIGKILL);
	}
}

/* Has it ended? Waits for that when there is nothing left to read. */
static bool
child_ended(pid_t child, bool may_wait, int *status)
{
	pid_t pid = waitpid(child, status, may_wait ? 0 : WNOHANG);

	return pid == child || (pid < 0 && errno == ECHILD);
}

/* Follows the streams until the child ended; what daemons keep open is left. */
static int
child_follow(struct command *command, pid_t child, struct stream streams[2])
{
	int64_t interrupted_since = 0;
	bool ended = false;
	int status = 0;

	for (;;) {
		struct pollfd polls[2] = {
			{.fd = streams[0].fd, .events = POLLIN},
			{.fd = streams[1].fd, .events = POLLIN},
		};
		bool open = streams[0].fd >= 0 || streams[1].fd >= 0;
		int ready = open || interrupted_since
		    ? poll(polls, 2, ended ? 0 : 100) : 0;

		if (ended && ready <= 0)
			return status;
		for (int i = 0; i < 2; i++)
			if (ready > 0 && polls[i].revents)
				stream_read(command, &streams[i]);
		child_end_on_interrupt(command, child, &interrupted_since);
		if (!ended)
			ended = child_ended(child,
			    streams[0].fd < 0 && streams[1].fd < 0 &&
			    !interrupted_since, &status);
	}
}

static int
command_ended(struct command *command, int status, struct error *err)
{
	const char *name = strrchr(command->arguments.items[0], '/');
	const char *last = command->last_line ? command->last_line : "";
	const char *colon = *last ? ": " : "";

	name = name ? name + 1 : command->arguments.items[0];
	if (!command->is_undisturbed && interrupt_check(err) < 0)
		return -1;
	if (WIFSIGNALED(status))
		return error_set(err, "%s was ended by signal %d (%s)%s%s",
		    name, WTERMSIG(status), strsignal(WTERMSIG(status)), colon,
		    last);
	if (WEXITSTATUS(status) == EXEC_FAILED && !*last)
		return error_set(err, "cannot run %s", name);
	if (WEXITSTATUS(status))
		return error_set(err, "%s failed with exit status %d%s%s",
		    name, WEXITSTATUS(status), colon, last);
	return 0;
}

static int
command_open_input(const struct command *command)
{
	int ends[2];

	if (!command->input.data)
		return open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (pipe2(ends, O_CLOEXEC) < 0)
		return -1;
	if (write(ends[1], command->input.data, command->input.length) <
	    (ssize_t)command->input.length) {
		close(ends[0]);
		ends[0] = -1;
	}
	close(ends[1]);
	return ends[0];
}

pid_t
command_start(struct command *command, const int streams[3],
    struct error *err)
{
	pid_t parent = getpid(), child = fork();

	if (child == 0)
		child_main(command, streams, parent);
	if (child < 0)
		error_errno(err, "start %s", command->arguments.items[0]);
	return child;
}

int
command_run(struct command *command, struct error *err)
{
	auto_close int input = command_open_input(command);
	int out[2] = {-1, -1}, errors[2] = {-1, -1};
	struct stream streams[2];
	pid_t child = -1;
	int status;

	if (!command->is_undisturbed && interrupt_check(err) < 0)
		return -1;
	if (input < 0)
		return error_errno(err, "prepare input of %s",
		    command->arguments.items[0]);
	if (pipe2(out, O_CLOEXEC) < 0 || pipe2(errors, O_CLOEXEC) < 0)
		error_errno(err, "make pipes for %s",
		    command->arguments.items[0]);
	else
		child = command_start(command,
		    (int[]){input, out[1], command->together ? out[1]
		    : errors[1]}, err);
	cleanup_close(&out[1]);
	cleanup_close(&errors[1]);
	if (child < 0) {
		cleanup_close(&out[0]);
		cleanup_close(&errors[0]);
		return -1;
	}
	streams[0] = (struct stream){.fd = out[0], .output = command->output,
	    .is_stderr = command->together};
	streams[1] = (struct stream){.fd = errors[0], .is_stderr = true};
	status = child_follow(command, child, streams);
	for (int i = 0; i < 2; i++) {
		if (streams[i].pending.length)
			stream_line(command, &streams[i]);
		buffer_release(&streams[i].pending);
		cleanup_close(&streams[i].fd);
	}
	return command_ended(command, status, err);
}

void
command_release(struct command *command)
{
	strings_release(&command->arguments);
	strings_release(&command->environment);
	vector_release(&command->descriptors);
	free(command->last_line);
	*command = (struct command){0};
}
