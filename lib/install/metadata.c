#include "install/metadata.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* In all of them chown clears setuid, so the mode comes after it. */

static int
own_fail(const struct unpacked_path *path, struct error *err)
{
	return error_errno(err, "set owner and mode of '%s'", path->path);
}

static int
time_fail(const struct unpacked_path *path, struct error *err)
{
	return error_errno(err, "set time of '%s'", path->path);
}

int
metadata_own(int fd, const struct unpacked_path *path, struct error *err)
{
	if (fchown(fd, path->uid, path->gid) < 0 ||
	    fchmod(fd, path->mode & 07777) < 0)
		return own_fail(path, err);
	return 0;
}

int
metadata_set_time(int fd, const struct unpacked_path *path, struct error *err)
{
	const struct timespec times[2] = {{.tv_sec = path->time},
	    {.tv_sec = path->time}};

	return futimens(fd, times) < 0 ? time_fail(path, err) : 0;
}

/* A symlink has no mode. */
int
metadata_own_name(int directory, const char *name,
    const struct unpacked_path *path, struct error *err)
{
	if (fchownat(directory, name, path->uid, path->gid,
	    AT_SYMLINK_NOFOLLOW) < 0)
		return own_fail(path, err);
	if (S_ISLNK(path->mode))
		return 0;
	return fchmodat(directory, name, path->mode & 07777, 0) < 0
	    ? own_fail(path, err) : 0;
}

int
metadata_set_name_time(int directory, const char *name,
    const struct unpacked_path *path, struct error *err)
{
	const struct timespec times[2] = {{.tv_sec = path->time},
	    {.tv_sec = path->time}};

	return utimensat(directory, name, times, AT_SYMLINK_NOFOLLOW) < 0
	    ? time_fail(path, err) : 0;
}
