/*
 * Preloaded into a tool and the programs that it runs: the Nth call that
 * writes to a path which begins with one of some words fails, or ends the run.
 *
 *	FAULT_PATHS	those words, with ':' between them
 *	FAULT_CALLS	the same for the names of the calls; all without it
 *	FAULT_COUNT	a file of 16 KiB of zeros, that all processes share
 *	FAULT_AT	which one; 0: none
 *	FAULT_DO	EIO | ENOSPC: it fails, and all that follow on this
 *			path | KILL: the process group of the first process is
 *			killed | CRASH: and the caller with it
 *	FAULT_LOG	gets a line a call: NUMBER NAME PATH
 */
#define _GNU_SOURCE

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

struct counter {
	_Atomic int calls;
	_Atomic int group;
	_Atomic int broken;
	char path[2 * PATH_MAX];	/* what is broken */
};

static struct counter *counter;

static void __attribute__((constructor))
shim_begin(void)
{
	const char *path = getenv("FAULT_COUNT");
	int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
	void *memory = fd < 0 ? MAP_FAILED : mmap(NULL, sizeof(*counter),
	    PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	if (fd >= 0)
		close(fd);
	if (memory == MAP_FAILED)
		return;
	counter = memory;
	if (!counter->group)
		counter->group = getpgrp();
}

static bool
begins_with_one(const char *text, const char *word)
{
	if (!word)
		return true;
	while (*word) {
		size_t length = strcspn(word, ":");

		if (!strncmp(text, word, length))
			return true;
		word += length + (word[length] == ':');
	}
	return false;
}

static void
shim_log(int number, const char *name, const char *path)
{
	const char *log = getenv("FAULT_LOG");
	long fd = log ? syscall(SYS_openat, AT_FDCWD, log,
	    O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600) : -1;

	if (fd < 0)
		return;
	dprintf((int)fd, "%d %s %s\n", number, name, path);
	syscall(SYS_close, fd);
}

static int
shim_break(const char *path, int number)
{
	snprintf(counter->path, sizeof(counter->path), "%s", path);
	return counter->broken = number;
}

static int
shim_act(const char *path)
{
	const char *act = getenv("FAULT_DO");

	if (!act || !strcmp(act, "EIO"))
		return shim_break(path, EIO);
	if (!strcmp(act, "ENOSPC"))
		return shim_break(path, ENOSPC);
	kill(-counter->group, SIGKILL);
	if (!strcmp(act, "CRASH"))
		kill(getpid(), SIGKILL);
	return 0;
}

/* The errno with which the call is to fail, or 0. */
static int
shim_meets(const char *name, const char *path)
{
	const char *at = getenv("FAULT_AT");
	int number;

	if (!counter || !begins_with_one(path, getenv("FAULT_PATHS")) ||
	    !begins_with_one(name, getenv("FAULT_CALLS")))
		return 0;
	number = ++counter->calls;
	shim_log(number, name, path);
	if (counter->broken && !strcmp(path, counter->path))
		return counter->broken;
	return at && number == strtol(at, NULL, 10) ? shim_act(path) : 0;
}

static int
fails_at(const char *name, int directory, const char *path)
{
	char link[64], whole[2 * PATH_MAX];
	ssize_t length = 0;
	int saved = errno, number;

	if (!path || *path != '/') {
		snprintf(link, sizeof(link), directory == AT_FDCWD
		    ? "/proc/self/cwd" : "/proc/self/fd/%d", directory);
		length = readlink(link, whole, PATH_MAX);
		if (length < 0)
			length = 0;
	}
	snprintf(whole + length, PATH_MAX, "%s%s",
	    length && path ? "/" : "", path ? path : "");
	number = shim_meets(name, whole);
	errno = number ? number : saved;
	return number;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

#define ON_FD(result, name, parameters, arguments) \
result \
name parameters \
{ \
	return fails_at(#name, fd, NULL) ? -1 : REAL(name) arguments; \
}

ON_FD(ssize_t, write, (int fd, const void *data, size_t size),
    (fd, data, size))
ON_FD(ssize_t, writev, (int fd, const struct iovec *parts, int count),
    (fd, parts, count))
ON_FD(ssize_t, pwrite, (int fd, const void *data, size_t size, off_t at),
    (fd, data, size, at))
ON_FD(ssize_t, pwrite64, (int fd, const void *data, size_t size, off64_t at),
    (fd, data, size, at))
ON_FD(ssize_t, sendfile64, (int fd, int from, off64_t *at, size_t size),
    (fd, from, at, size))
ON_FD(ssize_t, copy_file_range, (int from, off64_t *from_at, int fd,
    off64_t *at, size_t size, unsigned flags),
    (from, from_at, fd, at, size, flags))
ON_FD(int, fsync, (int fd), (fd))
ON_FD(int, fdatasync, (int fd), (fd))
ON_FD(int, ftruncate, (int fd, off_t size), (fd, size))
ON_FD(int, ftruncate64, (int fd, off64_t size), (fd, size))
ON_FD(int, fallocate, (int fd, int mode, off_t at, off_t size),
    (fd, mode, at, size))
ON_FD(int, fallocate64, (int fd, int mode, off64_t at, off64_t size),
    (fd, mode, at, size))
ON_FD(int, fchmod, (int fd, mode_t mode), (fd, mode))

#define ON_PATH(name, directory, path, parameters, arguments) \
int \
name parameters \
{ \
	return fails_at(#name, directory, path) ? -1 : REAL(name) arguments; \
}

ON_PATH(mkdir, AT_FDCWD, path, (const char *path, mode_t mode), (path, mode))
ON_PATH(mkdirat, fd, path, (int fd, const char *path, mode_t mode),
    (fd, path, mode))
ON_PATH(rename, AT_FDCWD, to, (const char *from, const char *to), (from, to))
ON_PATH(renameat, fd, to, (int from_fd, const char *from, int fd,
    const char *to), (from_fd, from, fd, to))
ON_PATH(renameat2, fd, to, (int from_fd, const char *from, int fd,
    const char *to, unsigned flags), (from_fd, from, fd, to, flags))
ON_PATH(linkat, fd, to, (int from_fd, const char *from, int fd,
    const char *to, int flags), (from_fd, from, fd, to, flags))

static bool
makes_file(int flags)
{
	return flags & O_CREAT || (flags & O_TMPFILE) == O_TMPFILE;
}

#define OPENS(name, directory, parameters, arguments) \
int \
name parameters \
{ \
	mode_t mode = 0; \
	va_list list; \
 \
	if (makes_file(flags)) { \
		va_start(list, flags); \
		mode = va_arg(list, mode_t); \
		va_end(list); \
	} \
	if (makes_file(flags) && fails_at(#name, directory, path)) \
		return -1; \
	return REAL(name) arguments; \
}

OPENS(open, AT_FDCWD, (const char *path, int flags, ...), (path, flags, mode))
OPENS(open64, AT_FDCWD, (const char *path, int flags, ...),
    (path, flags, mode))
OPENS(openat, fd, (int fd, const char *path, int flags, ...),
    (fd, path, flags, mode))
OPENS(openat64, fd, (int fd, const char *path, int flags, ...),
    (fd, path, flags, mode))
