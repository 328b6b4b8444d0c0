#include "disk/xfs_prototype.h"

#include <string.h>
#include <sys/sysmacros.h>

#include "base/cleanup.h"

static const struct {
	mode_t type;
	char letter;
} types[] = {
	{S_IFREG, '-'}, {S_IFDIR, 'd'}, {S_IFLNK, 'l'}, {S_IFIFO, 'p'},
	{S_IFCHR, 'c'}, {S_IFBLK, 'b'},
};

/* Tokens end at a blank, and there is no way to quote one. */
static int
check_token(const char *token, const char *what, struct error *err)
{
	if (*token && *token != ':' && strcmp(token, "$") &&
	    !token[strcspn(token, " \t\n")])
		return 0;
	return error_set(err, "mkfs.xfs cannot take %s as it is in an image "
	    "that a user makes; make it as root, or choose ext4 or btrfs",
	    what);
}

/* Ends directories until the entry's own is the present one. */
static void
leave_directories(struct xfs_prototype *prototype, struct view parent)
{
	struct buffer *directory = &prototype->directory;

	while (directory->length && !view_equal(parent, (struct view){
	    directory->data, directory->length})) {
		char *slash = strrchr(directory->data, '/');

		buffer_text(&prototype->text, "$\n");
		directory->length = slash ? (size_t)(slash - directory->data)
		    : 0;
		directory->data[directory->length] = '\0';
	}
}

static void
add_mode(struct xfs_prototype *prototype, const struct stat *status)
{
	char type = '-';

	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++)
		if ((status->st_mode & S_IFMT) == types[i].type)
			type = types[i].letter;
	buffer_printf(&prototype->text, "%c%c%c%03o %u %u", type,
	    status->st_mode & S_ISUID ? 'u' : '-',
	    status->st_mode & S_ISGID ? 'g' : '-',
	    (unsigned)status->st_mode & 0777, (unsigned)status->st_uid,
	    (unsigned)status->st_gid);
}

static int
add_special(struct xfs_prototype *prototype, const struct tree_entry *entry,
    struct error *err)
{
	mode_t mode = entry->status.st_mode;

	if (S_ISREG(mode)) {
		if (check_token(entry->path, "a name with a blank", err) < 0)
			return -1;
		buffer_printf(&prototype->text, " %s/%s", prototype->tree,
		    entry->path);
	} else if (S_ISLNK(mode)) {
		if (check_token(entry->target, "a link's target with a blank",
		    err) < 0)
			return -1;
		buffer_printf(&prototype->text, " %s", entry->target);
	} else if (S_ISCHR(mode) || S_ISBLK(mode)) {
		buffer_printf(&prototype->text, " %u %u",
		    major(entry->status.st_rdev),
		    minor(entry->status.st_rdev));
	}
	return 0;
}

static void
add_lost(struct xfs_prototype *prototype, const struct tree_entry *entry)
{
	mode_t mode = entry->status.st_mode;

	prototype->links += entry->link != NULL;
	prototype->attributes += entry->xattrs.count;
	if (!(mode & S_ISVTX) || S_ISLNK(mode))
		return;
	prototype->sticky_count++;
	buffer_printf(&prototype->sticky, "path /%s\nwrite core.mode 0%o\n",
	    strcmp(entry->path, ".") ? entry->path + 2 : "", (unsigned)mode);
}

static int
xfs_prototype_add(struct tree_sink *sink, const struct tree_entry *entry,
    struct error *err)
{
	struct xfs_prototype *prototype = (struct xfs_prototype *)sink;
	const char *slash = strrchr(entry->path, '/');

	if (slash) {
		if (check_token(slash + 1, "a name with a blank", err) < 0)
			return -1;
		leave_directories(prototype, (struct view){entry->path,
		    (size_t)(slash - entry->path)});
		buffer_printf(&prototype->text, "%s ", slash + 1);
	}
	add_mode(prototype, &entry->status);
	if (add_special(prototype, entry, err) < 0)
		return -1;
	buffer_text(&prototype->text, "\n");
	add_lost(prototype, entry);
	if (S_ISDIR(entry->status.st_mode)) {
		buffer_clear(&prototype->directory);
		buffer_text(&prototype->directory, entry->path);
	}
	return 0;
}

static int
xfs_prototype_finish(struct tree_sink *sink, struct error *err)
{
	struct xfs_prototype *prototype = (struct xfs_prototype *)sink;

	(void)err;
	leave_directories(prototype, (struct view){"", 0});
	return 0;
}

static void
xfs_prototype_free(struct tree_sink *sink)
{
	(void)sink;
}

void
xfs_prototype_init(struct xfs_prototype *prototype, const char *tree)
{
	*prototype = (struct xfs_prototype){
		.sink = {
			.add = xfs_prototype_add,
			.finish = xfs_prototype_finish,
			.free = xfs_prototype_free,
		},
		.tree = tree,
	};
	/* A boot file and a size, which nobody reads any more. */
	buffer_text(&prototype->text, "/dev/null\n0 0\n");
}

void
xfs_prototype_release(struct xfs_prototype *prototype)
{
	buffer_release(&prototype->text);
	buffer_release(&prototype->sticky);
	buffer_release(&prototype->directory);
}
