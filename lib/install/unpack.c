#include "install/unpacking.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/inside.h"
#include "base/memory.h"

/* Makes it beside and renames. A conffile that no package brought and that is
 * there already stays, and the new one waits for dpkg's own decision. */
static int
replace(const struct unpacking *job, struct error *err)
{
	bool is_conffile = job->claim != CLAIM_WON &&
	    S_ISREG(job->path->mode) &&
	    unpacked_has_conffile(job->package, job->path->path);
	auto_free char *beside = is_conffile
	    ? memory_printf("%s.dpkg-new", job->place.name)
	    : memory_printf(".mkguest-%d", gettid());
	int made = unpacking_make(job, beside, err);

	if (made == EXISTS)
		return error_set(err, "'%s.dpkg-new' is there already",
		    job->path->path);
	if (made < 0)
		return -1;
	job->path->is_pending = is_conffile;
	if (!is_conffile && path_owners_rename(job->unpack->owners,
	    &job->place, job->package, beside) < 0)
		return error_errno(err, "replace '%s'", job->path->path);
	return 0;
}

static bool
stat_directory(const struct parent *parent, const char *path,
    struct stat *status)
{
	auto_close int fd = inside_open(parent->root, path,
	    O_PATH | O_DIRECTORY, 0);

	return fd >= 0 && fstat(fd, status) == 0;
}

static bool
leads_to(const struct parent *parent, const char *link,
    const struct stat *directory)
{
	auto_free char *path = *link == '/' ? memory_string(link)
	    : memory_printf("%s/%s", parent->path, link);
	struct stat status;

	return stat_directory(parent, path, &status) &&
	    status.st_dev == directory->st_dev &&
	    status.st_ino == directory->st_ino;
}

/* Is it a link where a directory is, or a link to the same directory? Then
 * dpkg keeps what is there. */
static bool
is_kept_directory(const struct unpacking *job)
{
	const struct parent *parent = &job->unpack->parent;
	struct stat there;

	if (!S_ISLNK(job->path->mode) || fstatat(job->place.fd,
	    job->place.name, &there, AT_SYMLINK_NOFOLLOW) < 0)
		return false;
	if (S_ISDIR(there.st_mode))
		return true;
	return S_ISLNK(there.st_mode) &&
	    stat_directory(parent, job->place.path, &there) &&
	    leads_to(parent, job->path->link, &there);
}

/* Owner, mode and time of what cannot be opened are set by name; meanwhile
 * another's file could get that name. */
static bool
is_made_beside(const struct unpacking *job)
{
	return !S_ISREG(job->path->mode) && !job->path->is_hard_link;
}

static int
unpack_other(struct unpacking *job, struct error *err)
{
	int made = EXISTS;

	if (is_kept_directory(job))
		return 0;
	job->claim = path_owners_claim(job->unpack->owners, &job->place,
	    job->package);
	if (job->claim == CLAIM_LOST)
		return 0;
	job->path->put_into = job->place.directory;
	if (!is_made_beside(job))
		made = unpacking_make(job, job->place.name, err);
	return made == EXISTS ? replace(job, err) : made;
}

/* Or a link to one, which stays. */
static bool
is_directory(const struct unpacking *job, const struct stat *there)
{
	struct stat target;

	return S_ISDIR(there->st_mode) || (S_ISLNK(there->st_mode) &&
	    stat_directory(&job->unpack->parent, job->place.path, &target));
}

static int
unpack_directory(const struct unpacking *job, struct error *err)
{
	const struct path_place *place = &job->place;
	bool is_new = mkdirat(place->fd, place->name, 0755) == 0;
	struct stat there;

	if ((!is_new && errno != EEXIST) || fstatat(place->fd, place->name,
	    &there, AT_SYMLINK_NOFOLLOW) < 0)
		return error_errno(err, "create directory '%s'",
		    job->path->path);
	if (is_new)
		job->path->made = there.st_ino;
	if (is_new || is_directory(job, &there))
		return 0;
	errno = EEXIST;
	return error_errno(err, "create directory '%s'", job->path->path);
}

/* Those of the moment when it comes into the root. */
static void
apply_rules(struct unpacking *job)
{
	struct unpacked_path *path = job->path;
	const struct unpack_rules *rules = job->unpack->rules;
	const struct stat_override *override =
	    stat_overrides_find(&rules->overrides, path->path);

	path->is_filtered = path_filter_skips(&rules->filter, path->path,
	    path->mode);
	job->is_overridden = override && !S_ISLNK(path->mode);
	if (!job->is_overridden)
		return;
	path->mode = (path->mode & S_IFMT) | override->mode;
	path->uid = override->uid;
	path->gid = override->gid;
}

static int
unpack_path(struct unpacking *job, struct error *err)
{
	const char *path = job->path->path;
	auto_free char *place = NULL;

	apply_rules(job);
	if (strcmp(path, "/.") == 0 || job->path->is_filtered)
		return 0;
	place = unpacking_path(job, path);
	if (parent_place(&job->unpack->parent, place, &job->place,
	    err) < 0)
		return -1;
	if (S_ISDIR(job->path->mode) && !job->path->is_hard_link)
		return unpack_directory(job, err);
	return unpack_other(job, err);
}

typedef int (*take_path)(struct unpacking *job, struct error *err);

static int
unpack_data(struct unpacking *job, struct deb_file *deb, take_path take,
    struct error *err)
{
	struct data_tar tar;
	int more;

	data_tar_begin(&tar, deb_file_data(deb), job->package);
	job->tar = &tar;
	while ((more = data_tar_next(&tar, &job->path, err)) > 0)
		if (take(job, err) < 0)
			return -1;
	return more;
}

static int
unpack_archive(struct unpacking *job, take_path take, struct error *err)
{
	struct unpacked *package = job->package;
	struct deb_file *deb =
	    deb_file_open(package->deb, &package->control, err);
	int result;

	if (!deb)
		return -1;
	result = unpacked_read_control(package, err);
	if (result == 0 && !package->is_slow)
		result = unpack_data(job, deb, take, err);
	deb_file_close(deb);
	return result;
}

int
unpack_deb(struct unpack *unpack, struct unpacked *package,
    struct error *err)
{
	struct unpacking job = {.unpack = unpack, .package = package};

	return unpack_archive(&job, unpack_path, err);
}

static int
keep_path(struct unpacking *job, struct error *err)
{
	return waiting_keep(job->waiting, job->tar,
	    job->path, err);
}

int
unpack_ahead(struct unpack *unpack, struct unpacked *package,
    struct error *err)
{
	auto_close int directory = waiting_begin(unpack->annex, package, err);
	const struct waiting waiting = {directory, package};
	struct unpacking job = {.unpack = unpack, .package = package,
		.waiting = &waiting};

	return directory < 0 ? -1
	    : unpack_archive(&job, keep_path, err);
}

int
unpack_place(struct unpack *unpack, struct unpacked *package,
    struct error *err)
{
	auto_close int directory = waiting_open(unpack->annex, package, err);
	const struct waiting waiting = {directory, package};
	struct unpacking job = {.unpack = unpack, .package = package,
		.waiting = &waiting};

	if (directory < 0)
		return -1;
	vector_each(path, &package->paths) {
		job.path = path;
		if (unpack_path(&job, err) < 0)
			return -1;
	}
	return 0;
}

void
unpack_release(struct unpack *unpack)
{
	parent_close(&unpack->parent);
}
