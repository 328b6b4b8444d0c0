#include "install/unpacking.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/memory.h"
#include "install/metadata.h"

char *
unpacking_path(const struct unpacking *job, const char *path)
{
	return view_string(diversions_path(
	    &job->unpack->rules->diversions, path,
	    job->package->name));
}

static int
not_made(const struct unpacking *job, const char *what,
    struct error *err)
{
	return errno == EEXIST ? EXISTS
	    : error_errno(err, "create %s'%s'", what, job->path->path);
}

static int
move_file(const struct unpacking *job, const char *name,
    struct error *err)
{
	const struct unpacked_path *path = job->path;
	int from = job->waiting->directory;
	auto_free char *waiting = waiting_name(job->waiting, path);

	if (job->is_overridden &&
	    metadata_own_name(from, waiting, path, err) < 0)
		return -1;
	if (linkat(from, waiting, job->place.fd, name, 0) < 0)
		return not_made(job, "", err);
	if (unlinkat(from, waiting, 0) < 0)
		return error_errno(err, "remove the second '%s'", path->path);
	return MADE;
}

static int
make_file(const struct unpacking *job, const char *name,
    struct error *err)
{
	auto_close int fd = -1;

	if (job->waiting)
		return move_file(job, name, err);
	fd = openat(job->place.fd, name,
	    O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0);
	if (fd < 0)
		return not_made(job, "", err);
	return data_tar_fill(job->tar, job->path, fd, err) < 0
	    ? -1 : MADE;
}

static int
set_metadata(const struct unpacking *job, const char *name,
    struct error *err)
{
	int directory = job->place.fd;

	if (metadata_own_name(directory, name, job->path, err) < 0 ||
	    metadata_set_name_time(directory, name, job->path, err) < 0)
		return -1;
	return MADE;
}

static int
make_symlink(const struct unpacking *job, const char *name,
    struct error *err)
{
	if (symlinkat(job->path->link, job->place.fd, name) < 0)
		return not_made(job, "link ", err);
	return set_metadata(job, name, err);
}

static int
make_fifo(const struct unpacking *job, const char *name,
    struct error *err)
{
	if (mkfifoat(job->place.fd, name, 0) < 0)
		return not_made(job, "fifo ", err);
	return set_metadata(job, name, err);
}

/* dpkg would make them; but no package has brought one for long, and one that
 * does so now means no good. */
static int
refuse_device(const struct unpacking *job, const char *name,
    struct error *err)
{
	(void)name;
	return error_set(err, "'%s' is a device, which no package may bring",
	    job->path->path);
}

/* It has the content, and the digest, of its first name. */
static int
note_link(const struct unpacking *job)
{
	const struct unpacked_path *first =
	    unpacked_find(job->package, job->path->link);

	if (first)
		job->path->md5 = memory_string(first->md5);
	return MADE;
}

/* A second name for a file that came earlier in the same archive. */
static int
make_hard_link(const struct unpacking *job, const char *name,
    struct error *err)
{
	struct unpacked *package = job->package;
	auto_end(parent_close) struct parent side = {
		.root = job->unpack->parent.root};
	auto_free char *first =
	    unpacking_path(job, job->path->link);
	struct path_place place;

	if (parent_place(&side, first, &place, err) < 0)
		return -1;
	if (!path_owners_has(job->unpack->owners, &place, package))
		return package->is_slow ? MADE : error_set(err,
		    "'%s' is a link to '%s', which is not the package's own "
		    "file", job->path->path, first);
	if (linkat(place.fd, place.name, job->place.fd, name, 0) == 0)
		return note_link(job);
	return errno == EEXIST ? EXISTS : error_errno(err,
	    "link '%s' to '%s'", job->path->path, first);
}

static const struct kind {
	mode_t type;
	int (*make)(const struct unpacking *job, const char *name,
	    struct error *err);
} kinds[] = {
	{S_IFREG, make_file},
	{S_IFLNK, make_symlink},
	{S_IFCHR, refuse_device},
	{S_IFBLK, refuse_device},
	{S_IFIFO, make_fifo},
};

int
unpacking_make(const struct unpacking *job, const char *name,
    struct error *err)
{
	const struct unpacked_path *path = job->path;

	if (path->is_hard_link)
		return make_hard_link(job, name, err);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (kinds[i].type == (path->mode & S_IFMT))
			return kinds[i].make(job, name, err);
	return error_set(err, "'%s' is of an unknown type", path->path);
}
