#include "tree/edit_dry.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/memory.h"

struct edit_dry {
	struct tree_edit edit;
	struct tree_edit *below;
	struct buffer *lines;
	struct strings made;	/* paths of ours */
};

static struct edit_dry *
dry_of(struct tree_edit *edit)
{
	return (struct edit_dry *)edit;
}

static const char *
shown(const char *path)
{
	return path + strspn(path, "/");
}

static bool
is_made(struct tree_edit *edit, const char *path)
{
	return strings_has(&dry_of(edit)->made, shown(path));
}

static void
make(struct tree_edit *edit, const char *path)
{
	if (!is_made(edit, path))
		strings_add(&dry_of(edit)->made, shown(path));
}

static int
dry_read(struct tree_edit *edit, const char *path, struct buffer *text,
    struct error *err)
{
	return dry_of(edit)->below->read(dry_of(edit)->below, path, text, err);
}

/* Is this its content already, and its mode? */
static bool
is_same(struct tree_edit *below, const char *path, struct view text,
    mode_t mode)
{
	auto_buffer struct buffer now = {0};
	auto_error struct error ignored = {0};
	struct stat status;

	return below->status(below, path, &status, &ignored) == 0 &&
	    S_ISREG(status.st_mode) && (status.st_mode & 07777) == mode &&
	    (size_t)status.st_size == text.length &&
	    below->read(below, path, &now, &ignored) == 0 &&
	    view_equal((struct view){now.data ? now.data : "", now.length},
	    text);
}

static int
dry_write(struct tree_edit *edit, const char *path, struct view text,
    mode_t mode, struct error *err)
{
	struct edit_dry *dry = dry_of(edit);

	(void)err;
	if (!is_same(dry->below, path, text, mode))
		buffer_printf(dry->lines, "write /%s (%zu bytes)\n",
		    shown(path), text.length);
	make(edit, path);
	return 0;
}

static int
dry_symlink(struct tree_edit *edit, const char *path, const char *target,
    struct error *err)
{
	struct edit_dry *dry = dry_of(edit);
	auto_buffer struct buffer now = {0};
	auto_error struct error ignored = {0};

	(void)err;
	if (dry->below->read_link(dry->below, path, &now, &ignored) < 0 ||
	    strcmp(now.data ? now.data : "", target))
		buffer_printf(dry->lines, "link /%s to %s\n", shown(path),
		    target);
	make(edit, path);
	return 0;
}

static int
dry_exists(struct tree_edit *edit, const char *path, struct error *err)
{
	return is_made(edit, path) ? 1
	    : dry_of(edit)->below->exists(dry_of(edit)->below, path, err);
}

static int
dry_make_directory(struct tree_edit *edit, const char *path, mode_t mode,
    struct error *err)
{
	int there = dry_exists(edit, path, err);

	(void)mode;
	if (there)
		return there < 0 ? -1 : 0;
	buffer_printf(dry_of(edit)->lines, "make directory /%s\n",
	    shown(path));
	make(edit, path);
	return 0;
}

static int
dry_remove(struct tree_edit *edit, const char *path, struct error *err)
{
	struct edit_dry *dry = dry_of(edit);
	int there = dry->below->exists(dry->below, path, err);

	if (there > 0)
		buffer_printf(dry->lines, "remove /%s\n", shown(path));
	return there < 0 ? -1 : 0;
}

static int
dry_remove_directory(struct tree_edit *edit, const char *path,
    struct error *err)
{
	return dry_remove(edit, path, err);
}

static int
dry_set_mode(struct tree_edit *edit, const char *path, mode_t mode,
    struct error *err)
{
	int there = dry_exists(edit, path, err);

	if (there > 0 && !is_made(edit, path))
		buffer_printf(dry_of(edit)->lines, "set mode of /%s to %04o\n",
		    shown(path), (unsigned)mode);
	return there < 0 ? -1 : there ? 0 : error_set(err, "there is no '%s' "
	    "in the guest", path);
}

static int
dry_set_owner(struct tree_edit *edit, const char *path, uid_t uid, gid_t gid,
    struct error *err)
{
	struct edit_dry *dry = dry_of(edit);
	struct stat status;

	if (is_made(edit, path))
		return 0;
	if (dry->below->status(dry->below, path, &status, err) < 0)
		return -1;
	if (status.st_uid != uid || status.st_gid != gid)
		buffer_printf(dry->lines, "set owner of /%s to %u:%u\n",
		    shown(path), uid, gid);
	return 0;
}

static int
dry_status(struct tree_edit *edit, const char *path, struct stat *status,
    struct error *err)
{
	return dry_of(edit)->below->status(dry_of(edit)->below, path, status,
	    err);
}

static int
dry_read_link(struct tree_edit *edit, const char *path, struct buffer *target,
    struct error *err)
{
	return dry_of(edit)->below->read_link(dry_of(edit)->below, path,
	    target, err);
}

/* One of ours has what would be put into it, and nobody asks for that. */
static int
dry_list(struct tree_edit *edit, const char *path, struct strings *names,
    struct error *err)
{
	if (dry_of(edit)->below->list(dry_of(edit)->below, path, names,
	    err) == 0)
		return 0;
	if (err->number != ENOENT || !is_made(edit, path))
		return -1;
	error_release(err);
	return 0;
}

static int
dry_finish(struct tree_edit *edit, struct error *err)
{
	(void)edit;
	(void)err;
	return 0;
}

static void
dry_free(struct tree_edit *edit)
{
	strings_release(&dry_of(edit)->made);
	free(edit);
}

struct tree_edit *
edit_dry_new(struct tree_edit *below, struct buffer *lines)
{
	struct edit_dry *dry = memory_new(struct edit_dry);

	dry->below = below;
	dry->lines = lines;
	dry->edit = (struct tree_edit){
		.read = dry_read,
		.write = dry_write,
		.symlink = dry_symlink,
		.make_directory = dry_make_directory,
		.remove = dry_remove,
		.remove_directory = dry_remove_directory,
		.set_mode = dry_set_mode,
		.set_owner = dry_set_owner,
		.exists = dry_exists,
		.status = dry_status,
		.read_link = dry_read_link,
		.list = dry_list,
		.finish = dry_finish,
		.free = dry_free,
	};
	return &dry->edit;
}
