#include "base/confined.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "t/unit/tap.h"

struct box {
	int fd;
	int prepared;
};

static int
prepare(void *context, struct error *err)
{
	struct box *box = context;

	(void)err;
	box->prepared = open("/dev/null", O_RDONLY | O_CLOEXEC);
	return 0;
}

/* Everything that must fail is tried; what did not fail is the error. */
static int
try_all(void *context, struct error *err)
{
	const struct box *box = context;

	if (box->prepared < 0)
		return error_set(err, "prepare did not run first");
	if (open("/etc/passwd", O_RDONLY | O_CLOEXEC) >= 0)
		return error_set(err, "a file was opened");
	if (socket(AF_INET, SOCK_STREAM, 0) >= 0)
		return error_set(err, "a socket was made");
	if (fork() >= 0)
		return error_set(err, "a child was made");
	execl("/bin/true", "true", NULL);
	if (errno != EPERM)
		return error_set(err, "exec failed with %d", errno);
	if (kill(getppid(), 0) == 0)
		return error_set(err, "a signal was sent");
	if (mmap(NULL, (size_t)4 << 30, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED)
		return error_set(err, "4 GiB of memory were had");
	return write(box->fd, "done", 4) == 4 ? 0
	    : error_errno(err, "write");
}

static int
complain(void *context, struct error *err)
{
	(void)context;
	return error_set(err, "bad\033magic");
}

static int
crash(void *context, struct error *err)
{
	(void)context, (void)err;
	abort();
}

int
main(void)
{
	auto_error struct error err = {0};
	auto_close int fd = memfd_create("result", MFD_CLOEXEC);
	struct box box = {.fd = fd, .prepared = -1};
	char text[8] = "";

	ok(confined_run(&(struct confined){prepare, try_all, &box}, &err) == 0,
	    "all but what is open already is refused");
	is_text(err.text, NULL, "and nothing went through");
	is_number(pread(fd, text, sizeof(text), 0), 4, "the result came out");
	ok(confined_run(&(struct confined){.run = complain}, &err) < 0,
	    "the child's failure is ours");
	is_text(err.text, "bad?magic", "in its words, without controls");
	error_release(&err);
	ok(confined_run(&(struct confined){.run = crash}, &err) < 0,
	    "so is its crash");
	is_text(err.text, "the reader was ended by signal 6 (Aborted)",
	    "and it is said");
	return done();
}
