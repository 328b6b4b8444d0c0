#include "install/waiting.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/memory.h"

int
waiting_begin(int annex, struct unpacked *package, struct error *err)
{
	package->annex = memory_printf("%p", (void *)package);
	if (mkdirat(annex, package->annex, 0700) < 0)
		return error_errno(err, "make a directory in the annex");
	return waiting_open(annex, package, err);
}

int
waiting_open(int annex, const struct unpacked *package, struct error *err)
{
	int fd = openat(annex, package->annex,
	    O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return fd < 0 ? error_errno(err, "open the annex") : fd;
}

char *
waiting_name(const struct waiting *waiting, const struct unpacked_path *path)
{
	return memory_printf("%zu",
	    (size_t)(path - waiting->package->paths.items));
}

int
waiting_keep(const struct waiting *waiting, const struct data_tar *tar,
    struct unpacked_path *path, struct error *err)
{
	auto_free char *name = waiting_name(waiting, path);
	auto_close int fd = -1;

	if (!S_ISREG(path->mode) || path->is_hard_link)
		return 0;
	fd = openat(waiting->directory, name,
	    O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0);
	if (fd < 0)
		return error_errno(err, "keep '%s'", path->path);
	return data_tar_fill(tar, path, fd, err);
}
