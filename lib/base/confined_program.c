#include "base/confined_program.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <sched.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/resource.h>

#include "base/call_filter.h"

static const int allowed_calls[] = {
	SCMP_SYS(read), SCMP_SYS(pread64), SCMP_SYS(readv), SCMP_SYS(write),
	SCMP_SYS(pwrite64), SCMP_SYS(writev), SCMP_SYS(lseek),
	SCMP_SYS(open), SCMP_SYS(openat), SCMP_SYS(close), SCMP_SYS(stat),
	SCMP_SYS(fstat), SCMP_SYS(lstat), SCMP_SYS(newfstatat),
	SCMP_SYS(statx), SCMP_SYS(statfs), SCMP_SYS(fstatfs),
	SCMP_SYS(access), SCMP_SYS(faccessat), SCMP_SYS(faccessat2),
	SCMP_SYS(getcwd), SCMP_SYS(getdents64),
	SCMP_SYS(dup), SCMP_SYS(dup2), SCMP_SYS(dup3),
	SCMP_SYS(fcntl), SCMP_SYS(fsync),
	SCMP_SYS(fdatasync), SCMP_SYS(fallocate), SCMP_SYS(ftruncate),
	SCMP_SYS(fadvise64), SCMP_SYS(mmap), SCMP_SYS(mremap),
	SCMP_SYS(munmap), SCMP_SYS(mprotect), SCMP_SYS(madvise),
	SCMP_SYS(brk), SCMP_SYS(futex), SCMP_SYS(execve),
	SCMP_SYS(arch_prctl), SCMP_SYS(set_tid_address),
	SCMP_SYS(set_robust_list), SCMP_SYS(rseq), SCMP_SYS(prlimit64),
	SCMP_SYS(getrlimit), SCMP_SYS(getrusage), SCMP_SYS(getpid),
	SCMP_SYS(gettid), SCMP_SYS(getuid), SCMP_SYS(geteuid),
	SCMP_SYS(getgid), SCMP_SYS(getegid), SCMP_SYS(tgkill),
	SCMP_SYS(getrandom), SCMP_SYS(uname), SCMP_SYS(sysinfo),
	SCMP_SYS(clock_gettime), SCMP_SYS(clock_nanosleep),
	SCMP_SYS(gettimeofday), SCMP_SYS(time), SCMP_SYS(umask),
	SCMP_SYS(alarm), SCMP_SYS(setitimer), SCMP_SYS(poll),
	SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask),
	SCMP_SYS(rt_sigreturn), SCMP_SYS(sigaltstack),
	SCMP_SYS(sched_yield), SCMP_SYS(sched_getaffinity),
	SCMP_SYS(exit), SCMP_SYS(exit_group),
};

static const int link_calls[] = {SCMP_SYS(readlink), SCMP_SYS(readlinkat)};

/* Of a disk, which it may be given; a loop device's own would change that. */
static const unsigned long allowed_requests[] = {
	BLKGETSIZE, BLKGETSIZE64, BLKSSZGET, BLKPBSZGET, BLKROGET,
	BLKFLSBUF, BLKDISCARD, BLKDISCARDZEROES, BLKZEROOUT, TCGETS,
	TIOCGWINSZ,
};

static const rlim_t memory_max = (rlim_t)4 << 30;

/* libc tries clone3 first, whose flags no filter can see. */
static int
allow_threads(scmp_filter_ctx filter)
{
	int result = seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS),
	    SCMP_SYS(clone3), 0);

	return result ? result : seccomp_rule_add(filter, SCMP_ACT_ALLOW,
	    SCMP_SYS(clone), 1, SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD,
	    CLONE_THREAD));
}

static int
allow_requests(scmp_filter_ctx filter)
{
	int result = 0;

	for (size_t i = 0; !result &&
	    i < sizeof(allowed_requests) / sizeof(*allowed_requests); i++)
		result = seccomp_rule_add(filter, SCMP_ACT_ALLOW,
		    SCMP_SYS(ioctl), 1,
		    SCMP_A1(SCMP_CMP_EQ, allowed_requests[i]));
	return result;
}

static int
answer_links(scmp_filter_ctx filter, uint32_t action)
{
	int result = 0;

	for (size_t i = 0; !result &&
	    i < sizeof(link_calls) / sizeof(*link_calls); i++)
		result = seccomp_rule_add(filter, action, link_calls[i], 0);
	return result;
}

static int
allow_more(scmp_filter_ctx filter)
{
	int result = allow_requests(filter);

	if (!result)
		result = allow_threads(filter);
	return result ? result : answer_links(filter, SCMP_ACT_ALLOW);
}

/* EINVAL is what readlink(2) says of all that is no link. */
static int
allow_more_but_links(scmp_filter_ctx filter)
{
	int result = allow_requests(filter);

	if (!result)
		result = allow_threads(filter);
	return result ? result : answer_links(filter, SCMP_ACT_ERRNO(EINVAL));
}

static int
prepare(int (*more)(scmp_filter_ctx filter))
{
	struct mount_attr nothing = {
		.attr_set = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NODEV |
		    MOUNT_ATTR_NOSUID,
	};
	const struct call_filter filter = {
		.allowed = allowed_calls,
		.count = sizeof(allowed_calls) / sizeof(*allowed_calls),
		.more = more,
	};
	struct rlimit memory = {memory_max, memory_max};
	struct rlimit no_core = {0, 0};

	if (unshare(CLONE_NEWUSER | CLONE_NEWNS) < 0 ||
	    mount_setattr(AT_FDCWD, "/", AT_RECURSIVE, &nothing,
	    sizeof(nothing)) < 0 ||
	    setrlimit(RLIMIT_CORE, &no_core) < 0 ||
	    call_filter_load(&filter) < 0)
		return -1;
	/* The program's, so last: we may have more, as with a sanitizer. */
	return setrlimit(RLIMIT_DATA, &memory);
}

int
confined_program_prepare(void *context)
{
	(void)context;
	return prepare(allow_more);
}

int
confined_program_prepare_literal(void *context)
{
	(void)context;
	return prepare(allow_more_but_links);
}
