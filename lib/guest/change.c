#include "guest/change.h"

#include <errno.h>

#include "base/cleanup.h"
#include "tree/edit.h"

int
change_file(const struct changes *changes, const struct change *change,
    struct tree_edit *edit, struct error *err)
{
	struct view content = {changes->map + change->start, change->length};

	if (!change->length)
		content = view_of("");
	if (edit->write(edit, change->path, content, change->mode, err) < 0)
		return -1;
	if (edit->set_owner(edit, change->path, 0, 0, err) < 0)
		return -1;
	/* which a change of the owner has taken away */
	return change->mode & (S_ISUID | S_ISGID)
	    ? edit->set_mode(edit, change->path, change->mode, err) : 0;
}

static int
has_directory(struct tree_edit *edit, const char *path, struct error *err)
{
	auto_strings struct strings names = {0};

	if (edit->list(edit, path, &names, err) == 0)
		return 1;
	if (err->number != ENOENT)
		return -1;
	error_release(err);
	return 0;
}

/* One that is there stays as it is. */
int
change_directory(const struct changes *changes, const struct change *change,
    struct tree_edit *edit, struct error *err)
{
	int there = has_directory(edit, change->path, err);

	(void)changes;
	return there ? there < 0 ? -1 : 0
	    : edit->make_directory(edit, change->path, change->mode, err);
}

int
change_needs_directory(const struct changes *changes,
    const struct change *change, struct tree_edit *edit, struct error *err)
{
	int there = has_directory(edit, change->path, err);

	(void)changes;
	return there ? there < 0 ? -1 : 0
	    : error_set(err, "the guest has no directory '%s'; --mkdir makes "
	    "it", change->path);
}

int
change_symlink(const struct changes *changes, const struct change *change,
    struct tree_edit *edit, struct error *err)
{
	(void)changes;
	return edit->symlink(edit, change->path, change->text, err);
}

int
change_delete(const struct changes *changes, const struct change *change,
    struct tree_edit *edit, struct error *err)
{
	(void)changes;
	return edit_remove_tree(edit, change->path, err);
}

int
change_mode(const struct changes *changes, const struct change *change,
    struct tree_edit *edit, struct error *err)
{
	(void)changes;
	return edit->set_mode(edit, change->path, change->mode, err);
}

int
change_owner(const struct changes *changes, const struct change *change,
    struct tree_edit *edit, struct error *err)
{
	(void)changes;
	return edit->set_owner(edit, change->path, change->uid, change->gid,
	    err);
}

/* The present content, and a newline that its last line may lack. */
int
change_line(const struct changes *changes, const struct change *change,
    struct tree_edit *edit, struct error *err)
{
	auto_buffer struct buffer text = {0};
	struct stat status = {.st_mode = 0644};

	(void)changes;
	if (edit->read(edit, change->path, &text, err) == 0) {
		if (edit->status(edit, change->path, &status, err) < 0)
			return -1;
	} else if (err->number == ENOENT) {
		error_release(err);
	} else {
		return -1;
	}
	if (text.length && text.data[text.length - 1] != '\n')
		buffer_text(&text, "\n");
	buffer_printf(&text, "%s\n", change->text);
	return edit->write(edit, change->path, (struct view){text.data,
	    text.length}, status.st_mode & 07777, err);
}

int
change_truncate(const struct changes *changes, const struct change *change,
    struct tree_edit *edit, struct error *err)
{
	struct stat status;

	(void)changes;
	if (edit->status(edit, change->path, &status, err) < 0)
		return -1;
	if (!S_ISREG(status.st_mode))
		return error_set(err, "'%s' in the guest is no file",
		    change->path);
	return edit->write(edit, change->path, view_of(""),
	    status.st_mode & 07777, err);
}
