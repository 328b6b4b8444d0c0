#include "base/child.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/cleanup.h"
#include "base/file.h"

enum { STATUS_USAGE = 2 };

static _Noreturn void
child_main(const struct child *child, int report)
{
	struct error err = {0};
	int status = child->run(child->context, &err) == 0 ? 0
	    : err.kind == ERROR_USAGE ? STATUS_USAGE : 1;

	if (status && err.text &&
	    write(report, err.text, strlen(err.text)) < 0)
		_exit(1);
	_exit(status);
}

/* The error's text is the child's word: printed, so without control bytes. */
static int
child_failed(const struct child *child, int status, struct buffer *text,
    struct error *err)
{
	for (size_t i = 0; i < text->length; i++)
		if ((unsigned char)text->data[i] < ' ')
			text->data[i] = '?';
	if (WIFSIGNALED(status))
		return error_set(err, "%s was ended by signal %d (%s)",
		    child->name, WTERMSIG(status), strsignal(WTERMSIG(status)));
	if (!text->length)
		return error_set(err, "%s failed", child->name);
	return WEXITSTATUS(status) == STATUS_USAGE
	    ? error_usage(err, "%s", text->data)
	    : error_set(err, "%s", text->data);
}

int
child_run(const struct child *child, struct error *err)
{
	auto_buffer struct buffer text = {0};
	auto_error struct error ignored = {0};
	int report[2], status = 0;
	pid_t pid;

	if (pipe2(report, O_CLOEXEC) < 0)
		return error_errno(err, "make a pipe");
	pid = fork();
	if (pid == 0)
		child_main(child, report[1]);
	close(report[1]);
	if (pid < 0) {
		close(report[0]);
		return error_errno(err, "start %s", child->name);
	}
	if (file_read(report[0], &text, &ignored) < 0)
		kill(pid, SIGKILL);
	close(report[0]);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return status ? child_failed(child, status, &text, err) : 0;
}
