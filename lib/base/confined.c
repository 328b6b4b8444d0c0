#include "base/confined.h"

#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/call_filter.h"
#include "base/child.h"
#include "base/cleanup.h"
#include "base/file.h"
#include "base/interrupt.h"

enum { MEMORY_MAX = 1 << 30, FILE_MAX = 1 << 30, SECONDS_MAX = 60 };

static const int allowed_calls[] = {
	SCMP_SYS(read), SCMP_SYS(pread64), SCMP_SYS(readv), SCMP_SYS(write),
	SCMP_SYS(pwrite64), SCMP_SYS(writev), SCMP_SYS(lseek),
	SCMP_SYS(fstat), SCMP_SYS(newfstatat),	/* libc has either for it */
	SCMP_SYS(ftruncate), SCMP_SYS(close), SCMP_SYS(dup), SCMP_SYS(fcntl),
	SCMP_SYS(mmap), SCMP_SYS(mremap), SCMP_SYS(munmap),
	SCMP_SYS(mprotect), SCMP_SYS(madvise), SCMP_SYS(brk),
	SCMP_SYS(futex), SCMP_SYS(getpid), SCMP_SYS(gettid),
	SCMP_SYS(tgkill), SCMP_SYS(getrandom), SCMP_SYS(clock_gettime),
	SCMP_SYS(gettimeofday), SCMP_SYS(rt_sigaction),
	SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn),
	SCMP_SYS(sigaltstack), SCMP_SYS(sched_yield), SCMP_SYS(exit),
	SCMP_SYS(exit_group),
};

/* The pages that count for RLIMIT_DATA now: a sanitizer has plenty. */
static uint64_t
data_now(void)
{
	auto_buffer struct buffer text = {0};
	auto_error struct error err = {0};
	struct view rest, word = {0};
	uint64_t pages = 0;

	if (file_read_at(AT_FDCWD, "/proc/self/statm", &text, &err) < 0)
		return 0;
	rest = view_of(text.data);
	for (int field = 0; field < 6 && view_word(&rest, &word); field++)
		;
	for (size_t i = 0; i < word.length; i++)
		pages = pages * 10 + (uint64_t)(word.data[i] - '0');
	return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

static int
set_limits(uint64_t file_max)
{
	const struct {
		__rlimit_resource_t resource;
		rlim_t value;
	} limits[] = {
		{RLIMIT_DATA, data_now() + MEMORY_MAX},
		{RLIMIT_FSIZE, file_max ? file_max : FILE_MAX},
		{RLIMIT_CPU, SECONDS_MAX},
		{RLIMIT_CORE, 0},
	};

	for (size_t i = 0; i < sizeof(limits) / sizeof(*limits); i++) {
		struct rlimit limit = {limits[i].value, limits[i].value};

		if (setrlimit(limits[i].resource, &limit) < 0)
			return -1;
	}
	return 0;
}

static int
confine(uint64_t file_max, struct error *err)
{
	const struct call_filter filter = {
		.allowed = allowed_calls,
		.count = sizeof(allowed_calls) / sizeof(*allowed_calls),
	};

	if (set_limits(file_max) < 0 || call_filter_load(&filter) < 0)
		return error_errno(err, "give up privileges");
	return 0;
}

struct confinement {
	const struct confined *confined;
	pid_t parent;
};

static int
confinement_run(void *context, struct error *err)
{
	const struct confinement *confinement = context;
	const struct confined *confined = confinement->confined;

	interrupt_default();
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 ||
	    getppid() != confinement->parent)
		return error_set(err, "the reader was left alone");
	if ((confined->prepare &&
	    confined->prepare(confined->context, err) < 0) ||
	    confine(confined->file_max, err) < 0)
		return -1;
	return confined->run ? confined->run(confined->context, err) : 0;
}

int
confined_run(const struct confined *confined, struct error *err)
{
	struct confinement confinement = {confined, getpid()};
	struct child child = {"the reader", confinement_run, &confinement};

	if (child_run(&child, err) == 0)
		return 0;
	if (!interrupt_is_set())
		return -1;
	error_release(err);
	return interrupt_check(err);
}
