#include "tree/sink.h"

#include <errno.h>
#include <string.h>
#include <sys/xattr.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/inside.h"
#include "base/memory.h"
#include "tree/content.h"
#include "tree/xattrs.h"

struct sink_directory {
	struct tree_sink sink;
	int root;
	int parent;	/* of the last entry */
	char *parent_path;
	char *block;	/* CONTENT_BLOCK */
	/* Path, status and xattrs: what they hold would change their times, and
	 * inherit their ACL. */
	VECTOR(struct tree_entry) directories;
};

/* Where an entry is: the last name in an open directory. */
struct spot {
	int directory;
	const char *name;
};

/* Entries come by directory, so that the last one is often the same. */
static int
spot_find(struct sink_directory *into, const char *path, struct spot *spot,
    struct error *err)
{
	const char *slash = strrchr(path, '/');
	auto_free char *parent = memory_copy(path,
	    slash ? (size_t)(slash - path) : 1);

	spot->name = slash ? slash + 1 : ".";
	if (!into->parent_path || strcmp(parent, into->parent_path)) {
		cleanup_close(&into->parent);
		free(into->parent_path);
		into->parent_path = steal_pointer(&parent);
		into->parent = inside_open(into->root, into->parent_path,
		    O_PATH | O_DIRECTORY, 0);
	}
	if (into->parent < 0) {
		free(steal_pointer(&into->parent_path));
		return error_errno(err, "open its directory");
	}
	spot->directory = into->parent;
	return 0;
}

/* All but the content and the type; the file's owner bears on the rest. */
static int
set_status(const struct spot *spot, const struct tree_entry *entry,
    struct error *err)
{
	const struct stat *status = &entry->status;
	struct timespec times[2] = {status->st_mtim, status->st_mtim};
	auto_free char *itself = memory_printf("/proc/self/fd/%d/%s",
	    spot->directory, spot->name);

	if (fchownat(spot->directory, spot->name, status->st_uid,
	    status->st_gid, AT_SYMLINK_NOFOLLOW) < 0)
		return error_errno(err, "set owner");
	if (!S_ISLNK(status->st_mode) && fchmodat(spot->directory, spot->name,
	    status->st_mode & 07777, 0) < 0)
		return error_errno(err, "set mode");
	vector_each(xattr, &entry->xattrs)
		if (lsetxattr(itself, xattr->name, xattr->value, xattr->length,
		    0) < 0)
			return error_errno(err, "extended attribute '%s'",
			    xattr->name);
	if (utimensat(spot->directory, spot->name, times,
	    AT_SYMLINK_NOFOLLOW) < 0)
		return error_errno(err, "set time");
	return 0;
}

static int
add_content(struct sink_directory *into, int fd,
    const struct tree_entry *entry, struct error *err)
{
	struct view part;

	do
		if (content_next(entry, into->block, &part, err) < 0 ||
		    file_write(fd, part.data, part.length, err) < 0)
			return -1;
	while (part.length);
	return 0;
}

static int
add_file(struct sink_directory *into, const struct spot *spot,
    const struct tree_entry *entry, struct error *err)
{
	auto_close int fd = openat(spot->directory, spot->name,
	    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);

	if (fd < 0)
		return error_errno(err, "create");
	return add_content(into, fd, entry, err);
}

static int
add_link(struct sink_directory *into, const struct spot *spot,
    const struct tree_entry *entry, struct error *err)
{
	const char *name;
	auto_close int parent = inside_open_parent(into->root, entry->link,
	    &name);

	if (parent < 0 ||
	    linkat(parent, name, spot->directory, spot->name, 0) < 0)
		return error_errno(err, "link to '%s'",
		    entry_shown(entry->link));
	return 0;
}

static int
add_directory(struct sink_directory *into, const struct spot *spot,
    const struct tree_entry *entry, struct error *err)
{
	struct tree_entry *later = vector_push(&into->directories);

	later->path = memory_string(entry->path);
	later->status = entry->status;
	vector_each(xattr, &entry->xattrs)
		xattrs_add(later, xattr->name, xattr->value, xattr->length);
	if (strcmp(entry->path, ".") &&
	    mkdirat(spot->directory, spot->name, 0700) < 0)
		return error_errno(err, "create");
	return 0;
}

static int
sink_directory_add(struct tree_sink *sink, const struct tree_entry *entry,
    struct error *err)
{
	struct sink_directory *into = (struct sink_directory *)sink;
	mode_t mode = entry->status.st_mode;
	struct spot spot;
	int result;

	if (spot_find(into, entry->path, &spot, err) < 0)
		return -1;
	if (entry->link)
		return add_link(into, &spot, entry, err);
	if (S_ISDIR(mode))
		return add_directory(into, &spot, entry, err);
	if (S_ISREG(mode))
		result = add_file(into, &spot, entry, err);
	else if (S_ISLNK(mode))
		result = symlinkat(entry->target, spot.directory, spot.name);
	else
		result = mknodat(spot.directory, spot.name,
		    (mode & S_IFMT) | 0600, entry->status.st_rdev);
	if (result < 0 && errno == EPERM && (S_ISCHR(mode) || S_ISBLK(mode)))
		return 0;
	if (result < 0)
		return S_ISREG(mode) ? -1 : error_errno(err, "create");
	return set_status(&spot, entry, err);
}

/* What is below comes first: its changes are the last to a directory. */
static int
sink_directory_finish(struct tree_sink *sink, struct error *err)
{
	struct sink_directory *into = (struct sink_directory *)sink;
	struct spot spot;

	for (size_t i = into->directories.count; i--;) {
		const struct tree_entry *entry = &into->directories.items[i];

		if (spot_find(into, entry->path, &spot, err) < 0 ||
		    set_status(&spot, entry, err) < 0)
			return error_prefix(err, "'%s'",
			    entry_shown(entry->path));
	}
	return 0;
}

static void
sink_directory_free(struct tree_sink *sink)
{
	struct sink_directory *into = (struct sink_directory *)sink;

	vector_each(entry, &into->directories) {
		free((char *)entry->path);
		xattrs_release(entry);
	}
	vector_release(&into->directories);
	cleanup_close(&into->parent);
	free(into->parent_path);
	free(into->block);
	free(into);
}

struct tree_sink *
sink_directory_new(int root)
{
	struct sink_directory *into = memory_new(struct sink_directory);

	into->sink = (struct tree_sink){
		.add = sink_directory_add,
		.finish = sink_directory_finish,
		.free = sink_directory_free,
	};
	into->root = root;
	into->parent = -1;
	into->block = memory_zeroed(CONTENT_BLOCK, 1);
	return &into->sink;
}
