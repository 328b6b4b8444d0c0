#include "install/hook_tar.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/command.h"

static const char *const form[] = {
	"tar", "--numeric-owner", "--xattrs", "--format=pax",
	"--pax-option=exthdr.name=%d/PaxHeaders/%f,delete=atime,delete=ctime",
	"--directory=/proc/self/fd/3", "--file=-",
};

static void
tar_begin(struct command *command, int directory)
{
	for (size_t i = 0; i < sizeof(form) / sizeof(form[0]); i++)
		command_add(command, form[i]);
	command_pass(command, directory, 3);
}

/* With its end of the pipe as stdin or stdout; `ours` is the other end. */
static int
tar_start(struct hook_tar *tar, struct command *command, bool writes,
    struct error *err)
{
	auto_close int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	int ends[2];

	if (null < 0 || pipe2(ends, O_CLOEXEC) < 0)
		return error_errno(err, "make a pipe for tar");
	tar->child = command_start(command, writes
	    ? (int[]){null, ends[1], STDERR_FILENO}
	    : (int[]){ends[0], null, STDERR_FILENO}, err);
	close(writes ? ends[1] : ends[0]);
	tar->fd = writes ? ends[0] : ends[1];
	if (tar->child >= 0)
		return 0;
	close(tar->fd);
	return -1;
}

int
hook_tar_create(struct hook_tar *tar, int directory, const char *name,
    struct error *err)
{
	auto_command struct command command = {0};

	tar_begin(&command, directory);
	command_add(&command, "--create");
	command_add(&command, "--");
	command_add(&command, name);
	return tar_start(tar, &command, true, err);
}

int
hook_tar_extract(struct hook_tar *tar, int directory, bool with_nodes,
    struct error *err)
{
	auto_command struct command command = {0};

	tar_begin(&command, directory);
	command_add(&command, "--xattrs-include=*");
	command_add(&command, "--extract");
	if (!with_nodes)
		command_add(&command, "--exclude=./dev");
	return tar_start(tar, &command, false, err);
}

int
hook_tar_end(struct hook_tar *tar, int result, struct error *err)
{
	int status = 0;

	close(tar->fd);
	while (waitpid(tar->child, &status, 0) < 0 && errno == EINTR)
		continue;
	if (result == 0 && status != 0)
		return error_set(err, "tar failed with exit status %d",
		    WIFEXITED(status) ? WEXITSTATUS(status)
		    : 128 + WTERMSIG(status));
	return result;
}
