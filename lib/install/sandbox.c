#include "install/sandbox.h"

#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/interrupt.h"
#include "base/memory.h"
#include "install/id_map.h"

enum { TEXT_MAX = 32 << 10, LISTEN_MS = 200 };

enum message_kind {
	MESSAGE_TAGGED,	/* a tag and a number, perhaps a descriptor */
	MESSAGE_TEXT,	/* tag is an event_level */
	MESSAGE_STEP,
	MESSAGE_PROGRESS,	/* tag is an event_unit; number of total */
	MESSAGE_ERROR,	/* tag is an error_kind */
	MESSAGE_DONE,
};

/* One packet of the socket between parent and child; text follows. */
struct message {
	enum message_kind kind;
	unsigned tag;
	uint64_t number;
	uint64_t total;
};

struct sandbox {
	int socket;
	int alive;	/* the child looks whether its other end was closed */
	pid_t child;	/* 0 once it was waited for */
	struct events *events;
	bool done;	/* the function returned well */
	struct error failure;	/* what the child said */
};

struct sandbox_inside {
	struct events events;	/* first: events hands back a pointer to it */
	int socket;
	int given_up;	/* an eventfd */
};

/* --- the socket ------------------------------------------------------- */

static int
message_send(int socket, const struct message *message, const char *text,
    int fd)
{
	size_t length = text ? strnlen(text, TEXT_MAX) : 0;
	struct iovec parts[2] = {
		{(void *)message, sizeof(*message)},
		{(void *)text, length},
	};
	union {
		struct cmsghdr header;
		char space[CMSG_SPACE(sizeof(int))];
	} control = {0};
	struct msghdr packet = {.msg_iov = parts, .msg_iovlen = 2};
	ssize_t sent;

	if (fd >= 0) {
		packet.msg_control = &control;
		packet.msg_controllen = sizeof(control);
		control.header = (struct cmsghdr){
			.cmsg_len = CMSG_LEN(sizeof(int)),
			.cmsg_level = SOL_SOCKET,
			.cmsg_type = SCM_RIGHTS,
		};
		memcpy(CMSG_DATA(&control.header), &fd, sizeof(fd));
	}
	do
		sent = sendmsg(socket, &packet, MSG_NOSIGNAL);
	while (sent < 0 && errno == EINTR);
	return sent < 0 ? -1 : 0;
}

/* 1 a message (text ends with NUL, owned by the caller), 0 the end, -1. */
static int
message_receive(int socket, struct message *message, char **text, int *fd,
    int flags)
{
	auto_free char *block = memory_zeroed(TEXT_MAX + 1, 1);
	struct iovec parts[2] = {
		{message, sizeof(*message)},
		{block, TEXT_MAX},
	};
	union {
		struct cmsghdr header;
		char space[CMSG_SPACE(sizeof(int))];
	} control = {0};
	struct msghdr packet = {
		.msg_iov = parts, .msg_iovlen = 2,
		.msg_control = &control, .msg_controllen = sizeof(control),
	};
	ssize_t got;

	/* a peer that ended with messages unread resets us once; what it
	 * said before is still to be had */
	do
		got = recvmsg(socket, &packet, flags | MSG_CMSG_CLOEXEC);
	while (got < 0 && (errno == ECONNRESET ||
	    (errno == EINTR && !interrupt_is_set())));
	*fd = -1;
	if (got <= 0)
		return got < 0 ? -1 : 0;
	if (packet.msg_controllen >= CMSG_LEN(sizeof(int)))
		memcpy(fd, CMSG_DATA(&control.header), sizeof(*fd));
	if (text)
		*text = steal_pointer(&block);
	return 1;
}

/* --- inside: the child ------------------------------------------------ */

static void
inside_message(struct events *events, enum event_level level, const char *text)
{
	struct sandbox_inside *inside = (struct sandbox_inside *)events;
	struct message message = {.kind = MESSAGE_TEXT, .tag = level};

	message_send(inside->socket, &message, text, -1);
}

static void
inside_step(struct events *events, const char *name)
{
	struct sandbox_inside *inside = (struct sandbox_inside *)events;
	struct message message = {.kind = MESSAGE_STEP};

	message_send(inside->socket, &message, name ? name : "", -1);
}

static void
inside_progress(struct events *events, enum event_unit unit, uint64_t done,
    uint64_t total)
{
	struct sandbox_inside *inside = (struct sandbox_inside *)events;
	struct message message = {
		.kind = MESSAGE_PROGRESS, .tag = unit, .number = done,
		.total = total,
	};

	message_send(inside->socket, &message, NULL, -1);
}

struct events *
sandbox_events(struct sandbox_inside *inside)
{
	return &inside->events;
}

int
sandbox_receive(struct sandbox_inside *inside, unsigned *tag,
    uint64_t *number, int *fd, struct error *err)
{
	struct message message = {0};
	struct pollfd ready[] = {
		{.fd = inside->given_up, .events = POLLIN},
		{.fd = inside->socket, .events = POLLIN},
	};
	int got = 0;

	while (poll(ready, 2, -1) < 0 && errno == EINTR)
		if (interrupt_check(err) < 0)
			return -1;
	if (!ready[0].revents)
		got = message_receive(inside->socket, &message, NULL, fd, 0);
	if (interrupt_check(err) < 0)
		return -1;
	if (got <= 0)
		return error_set(err, "the run was given up");
	*tag = message.tag;
	*number = message.number;
	return 0;
}

void
sandbox_give_up(struct sandbox_inside *inside)
{
	eventfd_write(inside->given_up, 1);
}

int
sandbox_ask(struct sandbox_inside *inside, unsigned tag, uint64_t number,
    struct error *err)
{
	struct message message = {
		.kind = MESSAGE_TAGGED, .tag = tag, .number = number};

	if (message_send(inside->socket, &message, NULL, -1) < 0)
		return error_errno(err, "ask for a descriptor");
	return 0;
}

static int
inside_isolate(struct error *err)
{
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		return errno == EINVAL ? error_set(err, "mounts cannot be made "
		    "private, since '/' is no mount point; before entering a "
		    "chroot, bind-mount its directory onto itself")
		    : error_errno(err, "make mounts private");
	if (sethostname("localhost", strlen("localhost")) < 0)
		return error_errno(err, "set the host name");
	return 0;
}

static _Noreturn void
inside_main(int socket, sandbox_function *function, void *context)
{
	struct sandbox_inside inside = {
		.events = {
			.message = inside_message,
			.step = inside_step,
			.progress = inside_progress,
		},
		.socket = socket,
		.given_up = eventfd(0, EFD_CLOEXEC),
	};
	struct message end = {.kind = MESSAGE_DONE};
	struct error err = {0};

	if (inside_isolate(&err) < 0 || function(&inside, context, &err) < 0)
		end = (struct message){.kind = MESSAGE_ERROR, .tag = err.kind};
	message_send(socket, &end, err.text, -1);
	_exit(0);
}

/* --- between: makes the namespaces, waits for their init --------------- */

/*
 * Dies with its parent. The parent may have died before prctl; then the pipe
 * that only it writes to is at its end.
 */
static void
die_with_parent(int alive)
{
	struct pollfd poll_alive = {.fd = alive, .events = POLLIN};

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (poll(&poll_alive, 1, 0) != 0)
		_exit(1);
}

static _Noreturn void
between_fail(int socket, const char *what)
{
	auto_error struct error err = {0};
	struct message message = {.kind = MESSAGE_ERROR};

	error_errno(&err, "%s", what);
	message_send(socket, &message, err.text, -1);
	_exit(1);
}

/* In user mode: the parent writes the id maps when asked, then answers. */
static void
between_wait_for_maps(int socket)
{
	struct message message = {.kind = MESSAGE_TAGGED};
	int fd;

	message_send(socket, &message, NULL, -1);
	if (message_receive(socket, &message, NULL, &fd, 0) <= 0)
		_exit(1);
	if (setresgid(0, 0, 0) < 0 || setresuid(0, 0, 0) < 0)
		between_fail(socket, "become root in the user namespace");
}

static pid_t between_child;

/* Killed ourselves, we would end before all that runs inside has ended. */
static void
between_end(int number)
{
	(void)number;
	kill(between_child, SIGKILL);
}

static _Noreturn void
between_main(int socket, bool as_user, sandbox_function *function,
    void *context)
{
	int flags = CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWUTS | CLONE_NEWIPC;
	int alive[2];
	pid_t child;

	if (unshare(flags | (as_user ? CLONE_NEWUSER : 0)) < 0)
		between_fail(socket, as_user
		    ? "make a user namespace" : "make namespaces, for which root "
		    "needs CAP_SYS_ADMIN");
	if (as_user)
		between_wait_for_maps(socket);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (pipe2(alive, O_CLOEXEC) < 0 || (child = fork()) < 0)
		between_fail(socket, "start the sandbox");
	if (child == 0) {
		close(alive[1]);
		die_with_parent(alive[0]);
		close(alive[0]);
		inside_main(socket, function, context);
	}
	between_child = child;
	sigaction(SIGUSR1, &(struct sigaction){.sa_handler = between_end}, NULL);
	close(alive[0]);
	close(socket);
	while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
		continue;
	_exit(0);
}

/* --- outside: the parent ----------------------------------------------- */

static void
sandbox_end(struct sandbox *sandbox)
{
	if (sandbox->socket >= 0)
		close(sandbox->socket);
	sandbox->socket = -1;
	cleanup_close(&sandbox->alive);
	sandbox->alive = -1;
	if (!sandbox->child)
		return;
	while (waitpid(sandbox->child, NULL, 0) < 0 && errno == EINTR)
		continue;
	sandbox->child = 0;
}

/* Hands an event on; 1 if the message is the caller's own affair. */
static int
sandbox_handle(struct sandbox *sandbox, const struct message *message,
    const char *text)
{
	struct events *events = sandbox->events;

	switch (message->kind) {
	case MESSAGE_TAGGED:
		return 1;
	case MESSAGE_TEXT:
		if (events && events->message)
			events->message(events, message->tag, text);
		return 0;
	case MESSAGE_STEP:
		events_step(events, *text ? text : NULL);
		return 0;
	case MESSAGE_PROGRESS:
		events_progress(events, message->tag, message->number,
		    message->total);
		return 0;
	case MESSAGE_ERROR:
		error_set(&sandbox->failure, "%s", text);
		sandbox->failure.kind = message->tag;
		return 0;
	case MESSAGE_DONE:
		sandbox->done = true;
		return 0;
	}
	return 0;
}

/* A signal that comes just before we wait would not wake us. */
static int
sandbox_listen(const struct sandbox *sandbox, struct error *err)
{
	struct pollfd ready = {.fd = sandbox->socket, .events = POLLIN};

	do
		if (interrupt_check(err) < 0)
			return -1;
	while (poll(&ready, 1, LISTEN_MS) <= 0);
	return 0;
}

int
sandbox_next(struct sandbox *sandbox, unsigned *tag, uint64_t *number,
    struct error *err)
{
	for (;;) {
		struct message message = {0};
		auto_free char *text = NULL;
		int fd, got;

		if (sandbox_listen(sandbox, err) < 0)
			return -1;
		got = message_receive(sandbox->socket, &message, &text, &fd, 0);
		cleanup_close(&fd);
		if (got < 0 && interrupt_check(err) < 0)
			return -1;
		if (got < 0)
			return error_errno(err, "hear from the sandbox");
		if (got == 0)
			break;
		if (sandbox_handle(sandbox, &message, text)) {
			*tag = message.tag;
			*number = message.number;
			return 1;
		}
	}
	if (sandbox->failure.text)
		return error_move(err, &sandbox->failure);
	if (interrupt_check(err) < 0)
		return -1;
	return sandbox->done ? 0 :
	    error_set(err, "the sandbox ended without a word; was it killed?");
}

/* The child's events that wait, so that neither side blocks the other. */
static int
sandbox_drain(struct sandbox *sandbox, struct error *err)
{
	struct pollfd ready = {.fd = sandbox->socket, .events = POLLIN};

	while (poll(&ready, 1, 0) > 0) {
		struct message message = {0};
		auto_free char *text = NULL;
		int fd;

		if (message_receive(sandbox->socket, &message, &text, &fd,
		    MSG_DONTWAIT) <= 0)
			break;
		sandbox_handle(sandbox, &message, text);
	}
	return sandbox->failure.text
	    ? error_move(err, &sandbox->failure) : interrupt_check(err);
}

/* What it said last, if it said anything. */
static int
sandbox_ended_early(struct sandbox *sandbox, struct error *err)
{
	if (sandbox_drain(sandbox, err) < 0)
		return -1;
	return error_set(err, "the sandbox ended too early");
}

int
sandbox_send(struct sandbox *sandbox, unsigned tag, uint64_t number, int fd,
    struct error *err)
{
	struct message message = {
		.kind = MESSAGE_TAGGED, .tag = tag, .number = number};

	for (;;) {
		struct pollfd ready = {
			.fd = sandbox->socket, .events = POLLIN | POLLOUT};

		if (sandbox_drain(sandbox, err) < 0)
			return -1;
		if (poll(&ready, 1, -1) < 0 && errno != EINTR)
			return error_errno(err, "wait for the sandbox");
		if (ready.revents & (POLLHUP | POLLERR))
			return sandbox_ended_early(sandbox, err);
		if (ready.revents & POLLOUT)
			break;
	}
	if (message_send(sandbox->socket, &message, NULL, fd) == 0)
		return 0;
	return errno == EPIPE ? sandbox_ended_early(sandbox, err)
	    : error_errno(err, "hand a descriptor to the sandbox");
}

int
sandbox_wait(struct sandbox *sandbox, struct error *err)
{
	unsigned tag;
	uint64_t number;
	int asked = sandbox_next(sandbox, &tag, &number, err);

	if (asked > 0)
		return error_set(err, "the sandbox asks for nothing we have");
	if (asked == 0)
		sandbox_end(sandbox);
	return asked;
}

static int
sandbox_map_ids(struct sandbox *sandbox, struct error *err)
{
	struct message answer = {.kind = MESSAGE_TAGGED};
	unsigned tag;
	uint64_t number;

	if (sandbox_next(sandbox, &tag, &number, err) <= 0)
		return error_prefix(err, "user namespace");
	if (id_map_write(sandbox->child, err) < 0)
		return -1;
	if (message_send(sandbox->socket, &answer, NULL, -1) < 0)
		return error_errno(err, "start the sandbox");
	return 0;
}

int
sandbox_check(struct error *err)
{
	return geteuid() == 0 ? 0 : id_map_check(err);
}

static struct sandbox *
sandbox_begin(sandbox_function *function, void *context, bool as_user,
    struct error *err)
{
	int ends[2], alive[2];
	struct sandbox *sandbox;
	pid_t child;

	if (sandbox_check(err) < 0)
		return NULL;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0 ||
	    pipe2(alive, O_CLOEXEC) < 0 || (child = fork()) < 0)
		return error_errno(err, "start the sandbox"), NULL;
	if (child == 0) {
		close(ends[0]);
		close(alive[1]);
		die_with_parent(alive[0]);
		close(alive[0]);
		between_main(ends[1], as_user, function, context);
	}
	close(ends[1]);
	close(alive[0]);
	sandbox = memory_new(struct sandbox);
	*sandbox = (struct sandbox){
		.socket = ends[0], .alive = alive[1], .child = child,
	};
	return sandbox;
}

struct sandbox *
sandbox_start_mapped(sandbox_function *function, void *context,
    struct events *events, struct error *err)
{
	struct sandbox *sandbox = sandbox_begin(function, context, true, err);

	if (!sandbox)
		return NULL;
	sandbox->events = events;
	if (sandbox_map_ids(sandbox, err) == 0)
		return sandbox;
	sandbox_free(sandbox);
	return NULL;
}

struct sandbox *
sandbox_start(sandbox_function *function, void *context,
    struct events *events, struct error *err)
{
	struct sandbox *sandbox;

	if (geteuid() != 0)
		return sandbox_start_mapped(function, context, events, err);
	sandbox = sandbox_begin(function, context, false, err);
	if (sandbox)
		sandbox->events = events;
	return sandbox;
}

void
sandbox_free(struct sandbox *sandbox)
{
	if (!sandbox)
		return;
	if (sandbox->child)
		kill(sandbox->child, SIGUSR1);
	sandbox_end(sandbox);
	error_release(&sandbox->failure);
	free(sandbox);
}
