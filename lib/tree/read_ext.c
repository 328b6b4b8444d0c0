#include "tree/read_ext.h"

#include <string.h>
#include <sys/sysmacros.h>

#include "base/buffer.h"
#include "base/cleanup.h"
#include "base/map.h"
#include "base/memory.h"
#include "tree/content.h"
#include "tree/ext.h"
#include "tree/ext_inode.h"
#include "tree/xattrs.h"

enum { DEPTH_MAX = 512 };	/* directories; a path has no room for more */

/* An inode that was met: a directory, or a file with several names. */
struct met {
	ext2_ino_t number;
	char *path;	/* its first */
};

struct reader {
	ext2_filsys fs;
	struct tree_sink *sink;
	struct map met;	/* by number */
	unsigned depth;
};

struct name {
	char *text;
	ext2_ino_t number;
};

struct names {
	struct name *items;
	size_t count;
	size_t capacity;
};

static void
names_release(struct names *names)
{
	vector_each(name, names)
		free(name->text);
	vector_release(names);
}

#define auto_names __attribute__((cleanup(names_release)))

/* --- an inode as an entry ------------------------------------------------- */

static struct timespec
time_of(uint32_t seconds, uint32_t extra)
{
	return (struct timespec){
		.tv_sec = (int32_t)seconds +
		    ((int64_t)(extra & EXT4_EPOCH_MASK) << 32),
		.tv_nsec = extra >> EXT4_EPOCH_BITS,
	};
}

/* As ext_inode_set_device writes it. */
static dev_t
device_of(const struct ext_inode *inode)
{
	uint32_t old = inode->large.i_block[0], new = inode->large.i_block[1];

	return old ? makedev(old >> 8 & 0xff, old & 0xff)
	    : makedev(new >> 8 & 0xfff, (new & 0xff) | (new >> 12 & 0xfff00));
}

static void
set_status(ext2_filsys fs, const struct ext_inode *inode,
    struct stat *status)
{
	const struct ext2_inode_large *large = &inode->large;
	mode_t mode = large->i_mode;
	bool has_extra = EXT2_INODE_SIZE(fs->super) > EXT2_GOOD_OLD_INODE_SIZE
	    && (size_t)EXT2_GOOD_OLD_INODE_SIZE + large->i_extra_isize >=
	    offsetof(struct ext2_inode_large, i_mtime_extra) +
	    sizeof(large->i_mtime_extra);

	*status = (struct stat){
		.st_mode = mode, .st_ino = inode->number,
		.st_nlink = large->i_links_count,
		.st_uid = ext_inode_uid(inode), .st_gid = ext_inode_gid(inode),
		.st_size = S_ISREG(mode) ? (off_t)EXT2_I_SIZE(large) : 0,
		.st_rdev = S_ISCHR(mode) || S_ISBLK(mode) ? device_of(inode)
		    : 0,
		.st_mtim = time_of(large->i_mtime,
		    has_extra ? large->i_mtime_extra : 0),
	};
	status->st_atim = status->st_ctim = status->st_mtim;
}

/* Those that hold the content itself are none of the guest's. */
static int
take_xattr(char *name, char *value, size_t length, void *context)
{
	struct strings *names = context;

	(void)value;
	(void)length;
	if (strcmp(name, "system.data"))
		strings_add(names, name);
	return 0;
}

/* By their names, as their values are not those of the disk then. */
static errcode_t
get_xattrs(struct ext2_xattr_handle *handle, struct tree_entry *entry)
{
	auto_strings struct strings names = {0};
	errcode_t code = ext2fs_xattrs_iterate(handle, take_xattr, &names);

	vector_each(name, &names) {
		void *value = NULL;
		size_t length = 0;

		if (!code)
			code = ext2fs_xattr_get(handle, *name, &value,
			    &length);
		if (!code)
			xattrs_add(entry, *name, value, length);
		ext2fs_free_mem(&value);
	}
	xattrs_sort(entry);
	return code;
}

static int
read_xattrs(const struct reader *reader, const struct ext_inode *inode,
    struct tree_entry *entry, struct error *err)
{
	struct ext2_xattr_handle *handle;
	errcode_t code = ext2fs_xattrs_open(reader->fs, inode->number,
	    &handle);

	if (code)
		return ext_error(err, code, "extended attributes");
	code = ext2fs_xattrs_read(handle);
	if (!code)
		code = get_xattrs(handle, entry);
	ext2fs_xattrs_close(&handle);
	return code ? ext_error(err, code, "extended attributes") : 0;
}

/* --- what a file holds ---------------------------------------------------- */

struct file_content {
	struct tree_content content;
	ext2_file_t file;
	char *block;	/* CONTENT_BLOCK */
};

static int
content_read(struct tree_content *content, struct view *part,
    struct error *err)
{
	struct file_content *own = (struct file_content *)content;
	unsigned got = 0;
	errcode_t code = ext2fs_file_read(own->file, own->block,
	    CONTENT_BLOCK, &got);

	*part = (struct view){own->block, got};
	return code ? ext_error(err, code, "read") : 0;
}

static int
give_file(const struct reader *reader, struct ext_inode *inode,
    struct tree_entry *entry, struct error *err)
{
	auto_free char *block = memory_zeroed(CONTENT_BLOCK, 1);
	struct file_content own = {
		.content = {.next = content_read}, .block = block,
	};
	errcode_t code = ext2fs_file_open2(reader->fs, inode->number,
	    &inode->small, 0, &own.file);
	int result;

	if (code)
		return ext_error(err, code, "open");
	entry->content = &own.content;
	result = reader->sink->add(reader->sink, entry, err);
	entry->content = NULL;
	ext2fs_file_close(own.file);
	return result;
}

/* --- the tree ------------------------------------------------------------- */

static struct view
met_key(const ext2_ino_t *number)
{
	return (struct view){(const char *)number, sizeof(*number)};
}

/* The first path of that inode; NULL: this is it. */
static const char *
reader_meet(struct reader *reader, ext2_ino_t number, const char *path)
{
	struct met *met = map_get(&reader->met, met_key(&number));

	if (met)
		return met->path;
	met = memory_new(struct met);
	*met = (struct met){number, memory_string(path)};
	*map_put(&reader->met, met_key(&met->number)) = met;
	return NULL;
}

static int
add_name(struct ext2_dir_entry *entry, int offset, int size, char *block,
    void *context)
{
	struct view text = {entry->name,
	    (size_t)ext2fs_dirent_name_len(entry)};
	struct names *names = context;

	(void)offset;
	(void)size;
	(void)block;
	if (!view_is(text, ".") && !view_is(text, ".."))
		*vector_push(names) = (struct name){view_string(text),
		    entry->inode};
	return 0;
}

static int
compare_names(const void *a, const void *b)
{
	return strcmp(((const struct name *)a)->text,
	    ((const struct name *)b)->text);
}

static bool
is_left_out(const char *directory, const struct name *name)
{
	return (!strcmp(directory, ".") &&
	    !strcmp(name->text, "lost+found")) || !strcmp(directory, "./dev");
}

static int read_inode(struct reader *reader, const char *path,
    ext2_ino_t number, struct error *err);

static int
read_names(struct reader *reader, const char *path,
    const struct names *names, struct error *err)
{
	vector_each(name, names) {
		auto_free char *inner = memory_printf("%s/%s", path,
		    name->text);

		if (is_left_out(path, name))
			continue;
		if (!*name->text || strchr(name->text, '/'))
			return error_set(err, "has a name that cannot be");
		if (read_inode(reader, inner, name->number, err) < 0)
			return -1;
	}
	return 0;
}

static int
read_directory(struct reader *reader, const char *path, ext2_ino_t number,
    struct error *err)
{
	auto_names struct names names = {0};
	errcode_t code;
	int result;

	if (reader_meet(reader, number, path) || reader->depth >= DEPTH_MAX)
		return error_set(err, "'%s' is within itself; run e2fsck on "
		    "the filesystem", entry_shown(path));
	code = ext2fs_dir_iterate(reader->fs, number, 0, NULL, add_name,
	    &names);
	if (code)
		return ext_error(err, code, "read the directory '%s'",
		    entry_shown(path));
	vector_sort(&names, compare_names);
	reader->depth++;
	result = read_names(reader, path, &names, err);
	reader->depth--;
	return result;
}

static int
give(struct reader *reader, struct ext_inode *inode,
    struct tree_entry *entry, struct error *err)
{
	mode_t mode = entry->status.st_mode;
	auto_buffer struct buffer target = {0};

	if (!S_ISDIR(mode) && entry->status.st_nlink > 1)
		entry->link = reader_meet(reader, inode->number, entry->path);
	if (!entry->link && read_xattrs(reader, inode, entry, err) < 0)
		return -1;
	if (S_ISREG(mode) && !entry->link)
		return give_file(reader, inode, entry, err);
	if (S_ISLNK(mode) &&
	    ext_inode_target(reader->fs, inode, &target, err) < 0)
		return -1;
	entry->target = target.data;
	return reader->sink->add(reader->sink, entry, err);
}

static int
read_inode(struct reader *reader, const char *path, ext2_ino_t number,
    struct error *err)
{
	struct tree_entry entry = {.path = path, .fd = -1};
	struct ext_inode inode;
	int result = ext_inode_read(reader->fs, &inode, number, err);

	if (result < 0)
		return error_prefix(err, "'%s'", entry_shown(path));
	set_status(reader->fs, &inode, &entry.status);
	if (S_ISSOCK(entry.status.st_mode))
		return 0;
	result = give(reader, &inode, &entry, err);
	xattrs_release(&entry);
	if (result < 0)
		return error_prefix(err, "'%s'", entry_shown(path));
	return S_ISDIR(entry.status.st_mode)
	    ? read_directory(reader, path, number, err) : 0;
}

static void
reader_release(struct reader *reader)
{
	for (size_t i = 0; i < reader->met.count; i++) {
		struct met *met = reader->met.entries[i].value;

		free(met->path);
		free(met);
	}
	map_release(&reader->met);
	ext_abandon(reader->fs);
}

int
tree_read_ext(int fd, struct tree_sink *sink, struct error *err)
{
	struct reader reader = {
		.fs = ext_open(fd, true, err), .sink = sink,
	};
	int result;

	if (!reader.fs)
		return -1;
	result = read_inode(&reader, ".", EXT2_ROOT_INO, err);
	reader_release(&reader);
	return result;
}
