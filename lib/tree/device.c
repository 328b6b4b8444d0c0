#include "tree/device.h"

#include <stddef.h>
#include <sys/stat.h>

const struct tree_device tree_devices[] = {
	{"./dev", S_IFDIR | 0755, 0, 0, NULL},
	{"./dev/console", S_IFCHR | 0666, 5, 1, NULL},
	{"./dev/fd", S_IFLNK | 0777, 0, 0, "/proc/self/fd"},
	{"./dev/full", S_IFCHR | 0666, 1, 7, NULL},
	{"./dev/null", S_IFCHR | 0666, 1, 3, NULL},
	{"./dev/ptmx", S_IFCHR | 0666, 5, 2, NULL},
	{"./dev/pts", S_IFDIR | 0755, 0, 0, NULL},
	{"./dev/random", S_IFCHR | 0666, 1, 8, NULL},
	{"./dev/shm", S_IFDIR | 0755, 0, 0, NULL},
	{"./dev/stderr", S_IFLNK | 0777, 0, 0, "/proc/self/fd/2"},
	{"./dev/stdin", S_IFLNK | 0777, 0, 0, "/proc/self/fd/0"},
	{"./dev/stdout", S_IFLNK | 0777, 0, 0, "/proc/self/fd/1"},
	{"./dev/tty", S_IFCHR | 0666, 5, 0, NULL},
	{"./dev/urandom", S_IFCHR | 0666, 1, 9, NULL},
	{"./dev/zero", S_IFCHR | 0666, 1, 5, NULL},
	{NULL, 0, 0, 0, NULL},
};
