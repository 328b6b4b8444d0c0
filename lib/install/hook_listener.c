#include "install/hook_listener.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/interrupt.h"
#include "base/memory.h"
#include "install/hook_tar.h"

/* "openr": a file is read. */
static int
serve_read(const struct hook_channel *channel, const char *path,
    struct error *err)
{
	auto_close int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return error_errno(err, "'%s'", path);
	if (hook_channel_accept(channel, err) < 0)
		return -1;
	return hook_channel_give(channel, fd, err);
}

/* "openw": a file is written; its directory is made. */
static int
serve_write(const struct hook_channel *channel, const char *path,
    struct error *err)
{
	auto_free char *copy = memory_string(path);
	auto_close int fd = -1;

	if (file_make_directories(dirname(copy), 0777, err) < 0)
		return -1;
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (fd < 0)
		return error_errno(err, "create '%s'", path);
	if (hook_channel_accept(channel, err) < 0)
		return -1;
	return hook_channel_take(channel, fd, err);
}

static int
serve_pack(const struct hook_channel *channel, const char *path,
    const char *name, struct error *err)
{
	auto_close int directory = open(path,
	    O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct hook_tar tar;

	if (directory < 0)
		return error_errno(err, "'%s'", path);
	if (faccessat(directory, name, F_OK, AT_SYMLINK_NOFOLLOW) < 0)
		return error_errno(err, "'%s' in '%s'", name, path);
	if (hook_channel_accept(channel, err) < 0 ||
	    hook_tar_create(&tar, directory, name, err) < 0)
		return -1;
	return hook_tar_end(&tar, hook_channel_give(channel, tar.fd, err),
	    err);
}

/* "mktar": a file or directory is packed under its own name. */
static int
serve_tree(const struct hook_channel *channel, const char *path,
    struct error *err)
{
	auto_free char *front = memory_string(path);
	auto_free char *back = memory_string(path);

	return serve_pack(channel, dirname(front), basename(back), err);
}

/* "mktac": a directory's content is packed. */
static int
serve_content(const struct hook_channel *channel, const char *path,
    struct error *err)
{
	return serve_pack(channel, path, ".", err);
}

/* "untar": into a directory, which is made. */
static int
serve_unpack(const struct hook_channel *channel, const char *path,
    struct error *err)
{
	auto_close int directory = -1;
	struct hook_tar tar;

	if (file_make_directories(path, 0777, err) < 0)
		return -1;
	directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (directory < 0)
		return error_errno(err, "'%s'", path);
	if (hook_channel_accept(channel, err) < 0 ||
	    hook_tar_extract(&tar, directory, true, err) < 0)
		return -1;
	return hook_tar_end(&tar, hook_channel_take(channel, tar.fd, err),
	    err);
}

static const struct service {
	const char *kind;
	int (*serve)(const struct hook_channel *channel, const char *path,
	    struct error *err);
} services[] = {
	{"openr", serve_read},
	{"openw", serve_write},
	{"mktar", serve_tree},
	{"mktac", serve_content},
	{"untar", serve_unpack},
};

static int
serve_one(const struct hook_channel *channel,
    const struct hook_message *message, struct error *err)
{
	size_t count = sizeof(services) / sizeof(services[0]);

	for (size_t i = 0; i < count; i++)
		if (strcmp(services[i].kind, message->kind) == 0)
			return services[i].serve(channel,
			    message->payload.data, err);
	return error_set(err, "the hook asks for '%s'", message->kind);
}

/* Until "adios" or the channel's end. */
static int
serve_all(const struct hook_channel *channel, struct error *err)
{
	struct hook_message message = {{0}};
	int result;

	for (;;) {
		result = hook_channel_receive(channel, &message, err);
		if (result < 0 || strcmp(message.kind, "adios") == 0)
			break;
		result = serve_one(channel, &message, err);
		if (result < 0) {
			hook_channel_fail(channel, err);
			break;
		}
	}
	buffer_release(&message.payload);
	return result;
}

static _Noreturn void
listener_main(int socket, pid_t parent)
{
	const struct hook_channel channel = {socket, socket};
	auto_error struct error err = {0};

	interrupt_default();
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || getppid() != parent)
		_exit(1);
	_exit(serve_all(&channel, &err) < 0);
}

int
hook_listener_start(struct hook_listener *listener, struct error *err)
{
	pid_t parent = getpid(), child;
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
		return error_errno(err, "make a channel for hooks");
	child = fork();
	if (child == 0) {
		close(ends[0]);
		listener_main(ends[1], parent);
	}
	close(ends[1]);
	if (child < 0) {
		close(ends[0]);
		return error_errno(err, "start a listener for hooks");
	}
	*listener = (struct hook_listener){child, ends[0]};
	return 0;
}

void
hook_listener_end(struct hook_listener *listener)
{
	if (!listener->child)
		return;
	close(listener->channel);
	kill(listener->child, SIGKILL);
	while (waitpid(listener->child, NULL, 0) < 0 && errno == EINTR)
		continue;
	*listener = (struct hook_listener){0, -1};
}

int
hook_listener_help(char *const *arguments, struct error *err)
{
	const struct hook_channel channel = {STDIN_FILENO, STDOUT_FILENO};

	if (!arguments[0])
		return error_usage(err, "--hook-listener needs VERBOSITY");
	return serve_all(&channel, err);
}
