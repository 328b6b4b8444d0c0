#include "disk/ext_state.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/confined.h"
#include "base/confined_program.h"
#include "disk/format_program.h"
#include "tree/ext.h"

/* --- in the child ------------------------------------------------------ */

static int
state_run(void *context, struct error *err)
{
	ext2_filsys fs = ext_open(*(const int *)context, false, err);

	if (!fs)
		return -1;
	ext_abandon(fs);
	return 0;
}

/* Stops at the first name that is more than every new filesystem has. */
static int
count_name(struct ext2_dir_entry *entry, int offset, int size, char *block,
    void *context)
{
	struct view name = {entry->name,
	    (size_t)ext2fs_dirent_name_len(entry)};
	bool *is_empty = context;

	(void)offset;
	(void)size;
	(void)block;
	if (view_is(name, ".") || view_is(name, "..") ||
	    view_is(name, "lost+found"))
		return 0;
	*is_empty = false;
	return DIRENT_ABORT;
}

static int
check_directory(ext2_filsys fs, ext2_ino_t directory, struct error *err)
{
	bool is_empty = true;
	errcode_t code = ext2fs_dir_iterate(fs, directory, 0, NULL,
	    count_name, &is_empty);

	if (code)
		return ext_error(err, code, "read a directory");
	return is_empty ? 0 : error_set(err, "the filesystem is not empty");
}

static int
check_empty(ext2_filsys fs, struct error *err)
{
	ext2_ino_t lost;
	errcode_t code;

	if (check_directory(fs, EXT2_ROOT_INO, err) < 0)
		return -1;
	code = ext2fs_lookup(fs, EXT2_ROOT_INO, "lost+found", 10, NULL, &lost);
	return code == EXT2_ET_FILE_NOT_FOUND ? 0
	    : code ? ext_error(err, code, "look for lost+found")
	    : check_directory(fs, lost, err);
}

static int
empty_run(void *context, struct error *err)
{
	ext2_filsys fs = ext_open(*(const int *)context, false, err);
	int result;

	if (!fs)
		return -1;
	result = check_empty(fs, err);
	ext_abandon(fs);
	return result;
}

/* ------------------------------------------------------------------------ */

int
ext_state_check(int fd, struct error *err)
{
	struct confined confined = {.run = state_run, .context = &fd};

	return confined_run(&confined, err);
}

int
ext_state_check_empty(int fd, struct error *err)
{
	struct confined confined = {.run = empty_run, .context = &fd};

	return confined_run(&confined, err);
}

int
ext_state_check_all(int fd, struct events *events, struct error *err)
{
	static const char *const arguments[] = {
		"e2fsck", "-f", "-n", FORMAT_PATH, NULL,
	};
	auto_command struct command command = {
		.prepare = confined_program_prepare,
	};

	format_program_add(&command, arguments);
	if (format_program_run(&command, fd, events, err) == 0 ||
	    err->kind == ERROR_INTERRUPTED)
		return err->text ? -1 : 0;
	return error_prefix(err, "e2fsck must repair it first");
}
