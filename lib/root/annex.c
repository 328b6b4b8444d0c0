#include "root/annex.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/memory.h"

/*
 * Lets ext2/3/4 choose the place of a directory made in this one anew, by its
 * name, as if it were the home of somebody else. Beside its parent, where a
 * root may just have been removed, an ext4 without a journal would pass over
 * each inode that was freed in the last minutes, for every file anew.
 */
static void
spread_directories(int fd)
{
	int flags;

	if (ioctl(fd, FS_IOC_GETFLAGS, &flags) < 0)
		return;
	flags |= FS_TOPDIR_FL;
	ioctl(fd, FS_IOC_SETFLAGS, &flags);
}

char *
annex_name(const char *root)
{
	return memory_printf("%s.annex", root);
}

int
annex_open(struct annex *annex, int parent, const char *root,
    struct error *err)
{
	*annex = (struct annex){.fd = -1, .parent = parent};
	annex->name = annex_name(root);
	if (mkdirat(parent, annex->name, 0700) == 0)
		annex->fd = openat(parent, annex->name,
		    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (annex->fd < 0 || flock(annex->fd, LOCK_EX | LOCK_NB) < 0)
		return error_errno(err, "create directory '%s'",
		    annex->name);
	spread_directories(annex->fd);
	return 0;
}

int
annex_make_root(const struct annex *annex, const char *root,
    struct error *err)
{
	if (mkdirat(annex->fd, root, 0755) < 0 ||
	    renameat(annex->fd, root, annex->parent, root) < 0)
		return error_errno(err, "create directory '%s'", root);
	return 0;
}

void
annex_close(struct annex *annex)
{
	auto_error struct error ignored = {0};

	if (!annex->name)
		return;
	if (annex->fd >= 0)
		file_remove_tree(annex->parent, annex->name, &ignored);
	cleanup_close(&annex->fd);
	free(steal_pointer(&annex->name));
}
