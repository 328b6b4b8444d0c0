#include "tree/ext.h"

#include <errno.h>
#include <et/com_err.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/epoch.h"
#include "base/memory.h"
#include "tree/ext_overlay.h"

static const struct {
	errcode_t code;
	int number;
	const char *text;
} ext_errors[] = {
	{EXT2_ET_BLOCK_ALLOC_FAIL, ENOSPC, "no space left in the filesystem"},
	{EXT2_ET_INODE_ALLOC_FAIL, 0, "no inodes left in the filesystem"},
	{EXT2_ET_FILE_NOT_FOUND, ENOENT, "no such file or directory"},
	{EXT2_ET_NO_DIRECTORY, ENOTDIR, "not a directory"},
	{EXT2_ET_SYMLINK_LOOP, ELOOP, "too many levels of symbolic links"},
	{EXT2_ET_BAD_MAGIC, 0, "not an ext2, ext3 or ext4 filesystem"},
	{EXT2_ET_UNSUPP_FEATURE, 0, "features unknown to libext2fs"},
	{EXT2_ET_EA_NO_SPACE, 0, "too many or too large extended attributes"},
	{EXT2_ET_SHORT_WRITE, ENOSPC, "no space left for the filesystem"},
	{EXT2_ET_SHORT_READ, 0, "the filesystem ends too early"},
};

static void
ext_load_messages(void)
{
	initialize_ext2_error_table();
}

static const char *
ext_message(errcode_t code, int *number)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	for (size_t i = 0; i < sizeof(ext_errors) / sizeof(*ext_errors); i++)
		if (code == ext_errors[i].code) {
			*number = ext_errors[i].number;
			return ext_errors[i].text;
		}
	pthread_once(&once, ext_load_messages);
	*number = code > 0 && code < 4096 ? (int)code : 0;
	return error_message(code);
}

int
ext_error(struct error *err, errcode_t code, const char *format, ...)
{
	auto_free char *what = NULL;
	const char *message;
	va_list arguments;
	int number;

	va_start(arguments, format);
	what = memory_vprintf(format, arguments);
	va_end(arguments);
	message = ext_message(code, &number);
	error_set(err, "%s: %s", what, message);
	err->number = number;
	return -1;
}

/* What must not be written to before e2fsck has run. */
static int
ext_check_state(ext2_filsys fs, struct error *err)
{
	if (ext2fs_has_feature_journal_needs_recovery(fs->super))
		return error_set(err, "the filesystem was not unmounted "
		    "cleanly (its journal must be replayed); run e2fsck on it");
	if (fs->super->s_state & EXT2_ERROR_FS)
		return error_set(err, "the filesystem is marked as having "
		    "errors; run e2fsck on it");
	if (!(fs->super->s_state & EXT2_VALID_FS))
		return error_set(err, "the filesystem was not unmounted "
		    "cleanly; run e2fsck on it");
	return 0;
}

static int
ext_prepare(ext2_filsys fs, bool read_only, struct error *err)
{
	errcode_t code;

	if (read_only)
		return 0;
	if (ext_check_state(fs, err) < 0)
		return -1;
	code = ext2fs_read_bitmaps(fs);
	return code ? ext_error(err, code, "read the filesystem's bitmaps") : 0;
}

static ext2_filsys
ext_open_by(io_manager manager, int fd, bool read_only, struct error *err)
{
	int flags = EXT2_FLAG_64BITS | (read_only ? 0 : EXT2_FLAG_RW);
	auto_close int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	auto_free char *name = memory_printf("%d", copy);
	ext2_filsys fs;
	errcode_t code;

	if (copy < 0) {
		error_errno(err, "open filesystem");
		return NULL;
	}
	code = ext2fs_open(name, flags, 0, 0, manager, &fs);
	if (code) {
		ext_error(err, code, "open filesystem");
		return NULL;
	}
	steal_fd(&copy);
	fs->now = source_date_epoch() > 0 ? source_date_epoch() : 0;
	if (ext_prepare(fs, read_only, err) == 0)
		return fs;
	ext_abandon(fs);
	return NULL;
}

ext2_filsys
ext_open(int fd, bool read_only, struct error *err)
{
	return ext_open_by(unixfd_io_manager, fd, read_only, err);
}

static ext2_filsys
ext_open_overlaid(int fd, bool fills, struct error *err)
{
	ext2_filsys fs = ext_open_by(ext_overlay_manager, fd, false, err);
	errcode_t code = fs ? ext_overlay_begin(fs, fills) : 0;

	if (!code)
		return fs;
	ext_error(err, code, "copy the filesystem's bitmaps");
	ext_abandon(fs);
	return NULL;
}

ext2_filsys
ext_open_staged(int fd, struct error *err)
{
	return ext_open_overlaid(fd, true, err);
}

ext2_filsys
ext_open_copied(int fd, struct error *err)
{
	return ext_open_overlaid(fd, false, err);
}

int
ext_commit(ext2_filsys fs, struct error *err)
{
	errcode_t code = ext2fs_flush2(fs, EXT2_FLAG_FLUSH_NO_SYNC);

	if (!code)
		code = ext_overlay_commit(fs);
	return code ? ext_error(err, code, "write filesystem") : 0;
}

int
ext_close(ext2_filsys fs, struct error *err)
{
	/* Closing alone would drop the errors of what the cache still holds. */
	errcode_t code = io_channel_set_options(fs->io, "cache=off");

	if (!code)
		code = ext2fs_close2(fs, EXT2_FLAG_FLUSH_NO_SYNC);
	if (!code)
		return 0;
	ext_error(err, code, "write filesystem");
	ext_abandon(fs);
	return -1;
}

void
ext_abandon(ext2_filsys fs)
{
	ext2fs_free(fs);
}

int64_t
ext_time(ext2_filsys fs)
{
	return fs->now ? fs->now : (int64_t)time(NULL);
}
