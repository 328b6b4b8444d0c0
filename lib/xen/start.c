#include "xen/start.h"

#include <errno.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/command.h"

int
start_check(const char *toolstack, struct error *err)
{
	return command_exists(toolstack) ? 0 : error_set(err, "this host has "
	    "no %s to start the guest with; leave out --start", toolstack);
}

static int
run_attached(struct command *command, const char *toolstack,
    struct error *err)
{
	const int streams[3] = {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO};
	pid_t pid = command_start(command, streams, err);
	int status;

	if (pid < 0)
		return -1;
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return error_errno(err, "wait for %s", toolstack);
	return WIFEXITED(status) && !WEXITSTATUS(status) ? 0
	    : error_set(err, "%s create failed", toolstack);
}

int
start_domain(const char *toolstack, const char *cfg, bool console,
    struct error *err)
{
	auto_command struct command command = {0};

	command_add(&command, toolstack);
	command_add(&command, "create");
	if (console)
		command_add(&command, "-c");
	command_add(&command, cfg);
	return console ? run_attached(&command, toolstack, err)
	    : command_run(&command, err);
}
