/*
 * unpack-debs: unpacks .debs, one after another.
 *
 *	unpack-debs ROOT DEB…
 *
 * For callgrind, and with packages that can be trusted: valgrind of Debian 12
 * knows no openat2, so openat stands in for it here.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/syscall.h>

#include "base/cleanup.h"
#include "install/unpack.h"

long
syscall(long number, ...)
{
	const struct open_how *how;
	const char *path;
	va_list arguments;
	int root;

	if (number != SYS_openat2) {
		errno = ENOSYS;
		return -1;
	}
	va_start(arguments, number);
	root = va_arg(arguments, int);
	path = va_arg(arguments, const char *);
	how = va_arg(arguments, const struct open_how *);
	va_end(arguments);
	while (*path == '/')
		path++;
	return openat(root, *path ? path : ".", (int)how->flags,
	    (mode_t)how->mode);
}

static int
unpack_file(struct unpack *unpack, const char *path, struct error *err)
{
	auto_close int deb = open(path, O_RDONLY | O_CLOEXEC);
	struct unpacked package = {.deb = deb};
	int result = deb < 0 ? error_errno(err, "open '%s'", path)
	    : unpack_deb(unpack, &package, err);

	unpacked_release(&package);
	return result;
}

int
main(int argc, char **argv)
{
	auto_error struct error err = {0};
	struct unpack_rules rules = {0};
	struct unpack unpack = {.rules = &rules, .owners = path_owners_new()};
	int result = 0;

	unpack.parent.root = argc > 2
	    ? open(argv[1], O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
	if (unpack.parent.root < 0)
		result = error_errno(&err, "open the root");
	for (int i = 2; i < argc && result == 0; i++)
		result = unpack_file(&unpack, argv[i], &err);
	if (result < 0)
		fprintf(stderr, "unpack-debs: %s\n", err.text);
	unpack_release(&unpack);
	path_owners_free(unpack.owners);
	close(unpack.parent.root);
	return result < 0;
}
