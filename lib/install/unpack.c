#include "install/unpack.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/inside.h"
#include "base/map.h"
#include "base/memory.h"
#include "base/size.h"

/* One entry of data.tar on its way into the root. */
struct unpacking {
	struct unpack *unpack;
	struct unpacked *package;
	struct archive *archive;	/* if its data comes from there, or */
	struct archive_entry *entry;
	int annex;	/* the package's directory where its data waits */
	struct unpacked_path *path;
	bool is_overridden;	/* mode and owner by statoverride */
	struct path_place place;	/* where it goes to */
	enum path_claim claim;
	uint64_t most;	/* bytes that may still come */
};

/* Installed-Size is an estimate, but not this far from the truth. */
enum { SIZE_FACTOR = 16, SIZE_SLACK = 256 << 20, ENTRY_SIZE = 512 };

enum made { MADE, EXISTS };	/* or -1 and an error */

static const char *
entry_text(const char *text, const char *utf8)
{
	return text ? text : utf8;
}

/* A name in the archive as in PACKAGE.list; NULL if it is not allowed. */
static char *
entry_path(const char *name, struct error *err)
{
	auto_buffer struct buffer path = {0};
	struct view rest = view_of(name), part;

	if (strchr(name, '\n')) {
		error_set(err, "a newline is not allowed in a name");
		return NULL;
	}
	while (view_cut(&rest, '/', &part)) {
		if (!part.length || view_is(part, "."))
			continue;
		if (view_is(part, "..")) {
			error_set(err, "'%s' is not allowed as a name", name);
			return NULL;
		}
		buffer_text(&path, "/");
		buffer_view(&path, part);
	}
	if (!path.length)
		buffer_text(&path, "/.");
	return buffer_steal(&path);
}

static int
unpack_open_parent(struct unpack *unpack, const char *path, struct error *err)
{
	struct stat status;

	if (unpack->parent_path && strcmp(unpack->parent_path, path) == 0)
		return 0;
	unpack_release(unpack);
	unpack->parent = inside_open(unpack->root, path,
	    O_PATH | O_DIRECTORY, 0);
	if (unpack->parent < 0 && errno == ENOENT) {
		if (inside_make_directories(unpack->root, path, 0755, err) < 0)
			return -1;
		unpack->parent = inside_open(unpack->root, path,
		    O_PATH | O_DIRECTORY, 0);
	}
	if (unpack->parent < 0)
		return error_errno(err, "open directory '%s'", path);
	unpack->parent_path = memory_string(path);
	if (fstat(unpack->parent, &status) < 0)
		return error_errno(err, "directory '%s'", path);
	unpack->parent_inode = status.st_ino;
	return 0;
}

/* Opens the directory that holds `path`, which must live as the place does. */
static int
unpack_find_place(struct unpack *unpack, const char *path,
    struct path_place *place, struct error *err)
{
	const char *slash = strrchr(path, '/');
	auto_free char *parent = memory_copy(path, (size_t)(slash - path));

	if (unpack_open_parent(unpack, *parent ? parent : "/", err) < 0)
		return -1;
	*place = (struct path_place){unpack->parent, unpack->parent_inode,
	    slash + 1, path};
	return 0;
}

static int
set_link_metadata(const struct unpacking *job, const char *name,
    struct error *err)
{
	const struct unpacked_path *path = job->path;
	struct timespec times[2] = {{.tv_sec = path->time},
	    {.tv_sec = path->time}};

	if (fchownat(job->place.fd, name, path->uid, path->gid,
	    AT_SYMLINK_NOFOLLOW) < 0 ||
	    (!S_ISLNK(path->mode) && fchmodat(job->place.fd, name,
	    path->mode & 07777, 0) < 0) ||
	    utimensat(job->place.fd, name, times, AT_SYMLINK_NOFOLLOW) < 0)
		return error_errno(err, "set owner and mode of '%s'",
		    path->path);
	return MADE;
}

static int
set_owner(int fd, const struct unpacked_path *path, struct error *err)
{
	/* chown clears setuid, so the mode comes after it */
	if (fchown(fd, path->uid, path->gid) < 0 ||
	    fchmod(fd, path->mode & 07777) < 0)
		return error_errno(err, "set owner and mode of '%s'",
		    path->path);
	return 0;
}

static int
set_time(int fd, const struct unpacked_path *path, struct error *err)
{
	struct timespec times[2] = {{.tv_sec = path->time},
	    {.tv_sec = path->time}};

	if (futimens(fd, times) < 0)
		return error_errno(err, "set time of '%s'", path->path);
	return 0;
}

/* Names need room as well, in memory and in the root. */
static int
note_size(struct unpacking *job, struct error *err)
{
	la_int64_t size = archive_entry_size(job->entry);
	uint64_t names = ENTRY_SIZE + strlen(job->path->path) +
	    strlen(job->path->link);

	if (size < 0 || names > job->most ||
	    (uint64_t)size > job->most - names)
		return error_set(err, "'%s' makes it far larger than its "
		    "Installed-Size says", job->path->path);
	job->most -= names + (uint64_t)size;
	return 0;
}

static int
write_data(const struct unpacking *job, int fd, struct error *err)
{
	la_int64_t size = archive_entry_size(job->entry), offset = 0;
	uint64_t end = 0;
	const void *block;
	size_t length;
	int result;

	while ((result = archive_read_data_block(job->archive, &block,
	    &length, &offset)) >= ARCHIVE_WARN && result != ARCHIVE_EOF) {
		if (file_write_position(fd, block, length, (uint64_t)offset,
		    err) < 0)
			return error_prefix(err, "'%s'", job->path->path);
		end = (uint64_t)offset + length;
	}
	if (result != ARCHIVE_EOF)
		return error_set(err, "data.tar: %s",
		    archive_error_string(job->archive));
	if (end < (uint64_t)size && ftruncate(fd, size) < 0)
		return error_errno(err, "'%s'", job->path->path);
	return 0;
}

/* dpkg's database knows the digests of conffiles, and of all files where the
 * package brings none itself. */
static int
note_digest(const struct unpacking *job, int fd, struct error *err)
{
	char md5[DIGEST_HEX_MAX + 1];

	if (!job->package->wants_md5sums &&
	    !unpacked_has_conffile(job->package, job->path->path))
		return 0;
	if (digest_of_file(DIGEST_MD5, fd, md5, err) < 0)
		return error_prefix(err, "'%s'", job->path->path);
	job->path->md5 = memory_string(md5);
	return 0;
}

static int
fill_file(const struct unpacking *job, int fd, struct error *err)
{
	if (write_data(job, fd, err) < 0 || note_digest(job, fd, err) < 0 ||
	    set_owner(fd, job->path, err) < 0)
		return -1;
	return set_time(fd, job->path, err);
}

/* A file's name in the annex: its number in the package. */
static char *
waiting_name(const struct unpacking *job)
{
	return memory_printf("%zu",
	    (size_t)(job->path - job->package->paths.items));
}

static int
move_file(const struct unpacking *job, const char *name, struct error *err)
{
	auto_free char *waiting = waiting_name(job);

	if (job->is_overridden && (fchownat(job->annex, waiting,
	    job->path->uid, job->path->gid, 0) < 0 || fchmodat(job->annex,
	    waiting, job->path->mode & 07777, 0) < 0))
		return error_errno(err, "set owner and mode of '%s'",
		    job->path->path);
	if (linkat(job->annex, waiting, job->place.fd, name, 0) < 0)
		return errno == EEXIST ? EXISTS
		    : error_errno(err, "create '%s'", job->path->path);
	if (unlinkat(job->annex, waiting, 0) < 0)
		return error_errno(err, "remove the second '%s'",
		    job->path->path);
	return MADE;
}

static int
make_file(const struct unpacking *job, const char *name, struct error *err)
{
	auto_close int fd = -1;

	if (!job->archive)
		return move_file(job, name, err);
	fd = openat(job->place.fd, name,
	    O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0);
	if (fd < 0)
		return errno == EEXIST ? EXISTS
		    : error_errno(err, "create '%s'", job->path->path);
	return fill_file(job, fd, err) < 0 ? -1 : MADE;
}

static int
make_symlink(const struct unpacking *job, const char *name, struct error *err)
{
	if (symlinkat(job->path->link, job->place.fd, name) < 0)
		return errno == EEXIST ? EXISTS
		    : error_errno(err, "create link '%s'", job->path->path);
	return set_link_metadata(job, name, err);
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

static int
make_fifo(const struct unpacking *job, const char *name, struct error *err)
{
	if (mkfifoat(job->place.fd, name, 0) < 0)
		return errno == EEXIST ? EXISTS
		    : error_errno(err, "create fifo '%s'", job->path->path);
	return set_link_metadata(job, name, err);
}

/* Where the package's file goes to. */
static char *
package_path(const struct unpacking *job, const char *path)
{
	return view_string(diversions_path(&job->unpack->rules->diversions, path,
	    job->package->name));
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
	struct unpack side = {.root = job->unpack->root};
	auto_free char *target = package_path(job, job->path->link);
	struct path_place place;
	int result = -1;

	if (unpack_find_place(&side, target, &place, err) < 0)
		return -1;
	if (!path_owners_has(job->unpack->owners, &place, job->package))
		result = job->package->is_slow ? MADE : error_set(err,
		    "'%s' is a link to '%s', which is not the package's own "
		    "file", job->path->path, target);
	else if (linkat(place.fd, place.name, job->place.fd, name, 0) == 0)
		result = note_link(job);
	else if (errno == EEXIST)
		result = EXISTS;
	else
		error_errno(err, "link '%s' to '%s'", job->path->path,
		    target);
	unpack_release(&side);
	return result;
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

static int
make(const struct unpacking *job, const char *name, struct error *err)
{
	if (job->path->is_hard_link)
		return make_hard_link(job, name, err);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (kinds[i].type == (job->path->mode & S_IFMT))
			return kinds[i].make(job, name, err);
	return error_set(err, "'%s' is of an unknown type", job->path->path);
}

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
	int made = make(job, beside, err);

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

/* Is it a link where a directory is, or a link to the same directory? Then
 * dpkg keeps what is there. */
static bool
is_kept_directory(const struct unpacking *job)
{
	struct stat there, wanted;
	auto_close int fd = -1, target = -1;

	if (!S_ISLNK(job->path->mode) ||
	    fstatat(job->place.fd, job->place.name, &there,
	    AT_SYMLINK_NOFOLLOW) < 0)
		return false;
	if (S_ISDIR(there.st_mode))
		return true;
	if (!S_ISLNK(there.st_mode))
		return false;
	fd = inside_open(job->unpack->root, job->place.path,
	    O_PATH | O_DIRECTORY, 0);
	if (fd < 0 || fstat(fd, &there) < 0)
		return false;
	{
		const char *link = job->path->link;
		auto_free char *path = *link == '/' ? memory_string(link)
		    : memory_printf("%s/%s", job->unpack->parent_path, link);

		target = inside_open(job->unpack->root, path,
		    O_PATH | O_DIRECTORY, 0);
	}
	return target >= 0 && fstat(target, &wanted) == 0 &&
	    wanted.st_dev == there.st_dev && wanted.st_ino == there.st_ino;
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
		made = make(job, job->place.name, err);
	return made == EXISTS ? replace(job, err) : made;
}

static int
unpack_directory(const struct unpacking *job, struct error *err)
{
	struct stat status;

	if (mkdirat(job->place.fd, job->place.name, 0755) == 0) {
		if (fstatat(job->place.fd, job->place.name, &status, 0) < 0)
			return error_errno(err, "directory '%s'",
			    job->path->path);
		job->path->made = status.st_ino;
		return 0;
	}
	if (errno == EEXIST) {
		auto_close int fd = inside_open(job->unpack->root,
		    job->place.path, O_PATH | O_DIRECTORY, 0);

		if (fd >= 0)
			return 0;
		errno = EEXIST;
	}
	return error_errno(err, "create directory '%s'", job->path->path);
}

static int
note_links(struct unpacked_path *path, struct archive_entry *entry,
    struct error *err)
{
	const char *hard = entry_text(archive_entry_hardlink(entry),
	    archive_entry_hardlink_utf8(entry));
	const char *symbolic = entry_text(archive_entry_symlink(entry),
	    archive_entry_symlink_utf8(entry));

	path->is_hard_link = hard != NULL;
	path->link = hard ? entry_path(hard, err)
	    : memory_string(symbolic ? symbolic : "");
	return path->link ? 0 : -1;
}

/* The entry that was just read becomes the package's next path. */
static int
note_entry(struct unpacking *job, struct error *err)
{
	struct archive_entry *entry = job->entry;
	char *path = entry_path(entry_text(archive_entry_pathname(entry),
	    archive_entry_pathname_utf8(entry)), err);

	if (!path)
		return -1;
	job->path = vector_push(&job->package->paths);
	job->path->path = path;
	job->path->mode = archive_entry_mode(entry);
	job->path->uid = (uid_t)archive_entry_uid(entry);
	job->path->gid = (gid_t)archive_entry_gid(entry);
	job->path->time = archive_entry_mtime(entry);
	if (note_links(job->path, entry, err) < 0)
		return -1;
	return note_size(job, err);
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
	place = package_path(job, path);
	if (unpack_find_place(job->unpack, place, &job->place, err) < 0)
		return -1;
	if (S_ISDIR(job->path->mode) && !job->path->is_hard_link)
		return unpack_directory(job, err);
	return unpack_other(job, err);
}

static uint64_t
plausible_size(const struct unpacked *package)
{
	auto_error struct error ignored = {0};
	uint64_t kib = 0;

	if (number_parse(stanza_get(&package->fields, "Installed-Size"), &kib,
	    &ignored) < 0 || kib > UINT32_MAX)
		kib = 0;
	return kib * 1024 * SIZE_FACTOR + SIZE_SLACK;
}

/* Leaves the root alone; only the data needs a place meanwhile. */
static int
keep_path(struct unpacking *job, struct error *err)
{
	auto_free char *name = waiting_name(job);
	auto_close int fd = -1;

	if (!S_ISREG(job->path->mode) || job->path->is_hard_link)
		return 0;
	fd = openat(job->annex, name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC,
	    0);
	if (fd < 0)
		return error_errno(err, "keep '%s'", job->path->path);
	return fill_file(job, fd, err);
}

static int
unpack_data(struct unpacking *job,
    int (*take)(struct unpacking *job, struct error *err), struct error *err)
{
	int result;

	job->most = plausible_size(job->package);
	while ((result = archive_read_next_header(job->archive, &job->entry))
	    != ARCHIVE_EOF) {
		if (result < ARCHIVE_WARN)
			return error_set(err, "data.tar: %s",
			    archive_error_string(job->archive));
		if (note_entry(job, err) < 0 || take(job, err) < 0)
			return -1;
	}
	return 0;
}

static int
unpack_archive(struct unpacking *job,
    int (*take)(struct unpacking *job, struct error *err), struct error *err)
{
	struct deb_file *deb =
	    deb_file_open(job->package->deb, &job->package->control, err);
	int result;

	if (!deb)
		return -1;
	job->archive = deb_file_data(deb);
	result = unpacked_read_control(job->package, err);
	if (result == 0 && !job->package->is_slow)
		result = unpack_data(job, take, err);
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
annex_open(const struct unpack *unpack, const struct unpacked *package,
    struct error *err)
{
	int fd = openat(unpack->annex, package->annex,
	    O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return fd < 0 ? error_errno(err, "open the annex") : fd;
}

int
unpack_ahead(struct unpack *unpack, struct unpacked *package,
    struct error *err)
{
	struct unpacking job = {.unpack = unpack, .package = package};
	auto_close int annex = -1;

	package->annex = memory_printf("%p", (void *)package);
	if (mkdirat(unpack->annex, package->annex, 0700) < 0)
		return error_errno(err, "make a directory in the annex");
	job.annex = annex = annex_open(unpack, package, err);
	return annex < 0 ? -1 : unpack_archive(&job, keep_path, err);
}

int
unpack_place(struct unpack *unpack, struct unpacked *package,
    struct error *err)
{
	auto_close int annex = annex_open(unpack, package, err);
	struct unpacking job = {.unpack = unpack, .package = package,
		.annex = annex};

	if (annex < 0)
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
	if (!unpack->parent_path)
		return;
	close(unpack->parent);
	free(unpack->parent_path);
	unpack->parent_path = NULL;
}

static struct view
inode_key(const uint64_t *inode)
{
	return (struct view){(const char *)inode, sizeof(*inode)};
}

/* The directories of some packages, by inode. */
struct directories {
	int root;
	struct map made;	/* those that have no owner yet */
	struct map filled;	/* those that files were put into */
};

static int
directory_apply(struct directories *directories,
    const struct unpacked_path *path, struct error *err)
{
	auto_close int fd = inside_open(directories->root, path->path,
	    O_RDONLY | O_DIRECTORY, 0);
	struct stat status;
	uint64_t inode;

	if (fd < 0 || fstat(fd, &status) < 0)
		return error_errno(err, "open directory '%s'", path->path);
	inode = status.st_ino;
	if (!map_get(&directories->made, inode_key(&inode)))
		return 0;
	*map_put(&directories->made, inode_key(&inode)) = NULL;
	if (set_owner(fd, path, err) < 0)
		return -1;
	if (map_get(&directories->filled, inode_key(&inode)))
		return 0;
	return set_time(fd, path, err);
}

static void
directories_note(struct directories *directories,
    struct unpacked_path *path)
{
	if (path->made)
		*map_put(&directories->made, inode_key(&path->made)) = path;
	if (path->put_into)
		*map_put(&directories->filled, inode_key(&path->put_into)) =
		    path;
}

int
unpack_directories(int root, struct unpacked *const *packages, size_t count,
    struct error *err)
{
	struct directories directories = {.root = root};
	int result = 0;

	for (size_t i = 0; i < count; i++)
		vector_each(path, &packages[i]->paths)
			directories_note(&directories, path);
	for (size_t i = 0; i < count && result == 0; i++)
		vector_each(path, &packages[i]->paths)
			if (S_ISDIR(path->mode) && !path->is_filtered &&
			    result == 0)
				result = directory_apply(&directories, path,
				    err);
	map_release(&directories.made);
	map_release(&directories.filled);
	return result;
}
