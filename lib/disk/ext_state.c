#include "disk/ext_state.h"

#include <e2p/e2p.h>

#include <string.h>

#include "base/cleanup.h"
#include "base/confined.h"
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

/* What libext2fs keeps right when files are added, and what is only read. */
enum {
	KNOWN_COMPAT = EXT3_FEATURE_COMPAT_HAS_JOURNAL |
	    EXT2_FEATURE_COMPAT_EXT_ATTR | EXT2_FEATURE_COMPAT_RESIZE_INODE |
	    EXT2_FEATURE_COMPAT_DIR_INDEX | EXT4_FEATURE_COMPAT_SPARSE_SUPER2 |
	    EXT4_FEATURE_COMPAT_ORPHAN_FILE |
	    EXT4_FEATURE_COMPAT_STABLE_INODES,
	KNOWN_INCOMPAT = EXT2_FEATURE_INCOMPAT_FILETYPE |
	    EXT2_FEATURE_INCOMPAT_META_BG | EXT3_FEATURE_INCOMPAT_EXTENTS |
	    EXT4_FEATURE_INCOMPAT_64BIT | EXT4_FEATURE_INCOMPAT_FLEX_BG |
	    EXT4_FEATURE_INCOMPAT_CSUM_SEED,
	KNOWN_RO_COMPAT = EXT2_FEATURE_RO_COMPAT_SPARSE_SUPER |
	    EXT2_FEATURE_RO_COMPAT_LARGE_FILE |
	    EXT4_FEATURE_RO_COMPAT_HUGE_FILE | EXT4_FEATURE_RO_COMPAT_GDT_CSUM |
	    EXT4_FEATURE_RO_COMPAT_DIR_NLINK |
	    EXT4_FEATURE_RO_COMPAT_EXTRA_ISIZE |
	    EXT4_FEATURE_RO_COMPAT_METADATA_CSUM,
};

static int
check_features(ext2_filsys fs, struct error *err)
{
	const struct {
		int kind;
		uint32_t unknown;
	} kinds[] = {
		{E2P_FEATURE_COMPAT,
		    fs->super->s_feature_compat & ~(uint32_t)KNOWN_COMPAT},
		{E2P_FEATURE_INCOMPAT,
		    fs->super->s_feature_incompat & ~(uint32_t)KNOWN_INCOMPAT},
		{E2P_FEATURE_RO_INCOMPAT,
		    fs->super->s_feature_ro_compat &
		    ~(uint32_t)KNOWN_RO_COMPAT},
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (kinds[i].unknown)
			return error_set(err, "the filesystem has the feature "
			    "'%s', which nothing here can write to",
			    e2p_feature2string(kinds[i].kind,
			    kinds[i].unknown & -kinds[i].unknown));
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

	if (check_features(fs, err) < 0 ||
	    check_directory(fs, EXT2_ROOT_INO, err) < 0)
		return -1;
	code = ext2fs_lookup(fs, EXT2_ROOT_INO, "lost+found", 10, NULL, &lost);
	return code == EXT2_ET_FILE_NOT_FOUND ? 0
	    : code ? ext_error(err, code, "look for lost+found")
	    : check_directory(fs, lost, err);
}

static int
known_run(void *context, struct error *err)
{
	ext2_filsys fs = ext_open(*(const int *)context, false, err);
	int result;

	if (!fs)
		return -1;
	result = check_features(fs, err);
	ext_abandon(fs);
	return result;
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
ext_state_check_known(int fd, struct error *err)
{
	struct confined confined = {.run = known_run, .context = &fd};

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
	auto_command struct command command = {0};

	format_program_add(&command, arguments);
	if (format_program_run_confined(&command, fd, events, err) == 0)
		return 0;
	return err->kind == ERROR_INTERRUPTED ? -1
	    : error_prefix(err, "e2fsck must repair it first");
}
