#include "tree/sink.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/map.h"
#include "base/memory.h"
#include "base/size.h"
#include "tree/content.h"
#include "tree/ext_blocks.h"
#include "tree/ext_directory.h"
#include "tree/ext_inode.h"

/* What later entries name: a directory, or a file with several names. */
struct node {
	char *path;
	ext2_ino_t number;
	mode_t mode;
	struct ext_directory directory;	/* .number is 0 for a file */
};

struct sink_ext {
	struct tree_sink sink;
	ext2_filsys fs;
	struct map nodes;	/* path → struct node, in order of arrival */
	char *block;	/* CONTENT_BLOCK */
};

static struct node *
sink_ext_node(struct sink_ext *ext, const struct tree_entry *entry,
    ext2_ino_t number)
{
	struct node *node = memory_new(struct node);

	node->path = memory_string(entry->path);
	node->number = number;
	node->mode = entry->status.st_mode;
	*map_put(&ext->nodes, view_of(node->path)) = node;
	return node;
}

static struct node *
sink_ext_parent(struct sink_ext *ext, const char *path)
{
	const char *slash = strrchr(path, '/');

	return map_get(&ext->nodes,
	    (struct view){path, slash ? (size_t)(slash - path) : 0});
}

/* Goes to the start of the next data, so that large holes are not read. */
static off_t
skip_hole(int fd, off_t offset, off_t size)
{
	off_t data = lseek(fd, offset, SEEK_DATA);

	if (data < 0)
		return errno == ENXIO ? size : offset;
	return lseek(fd, data / CONTENT_BLOCK * CONTENT_BLOCK, SEEK_SET);
}

static int
add_block(struct sink_ext *ext, struct ext_inode *inode,
    const struct tree_entry *entry, off_t offset, struct error *err)
{
	size_t size = ext->fs->blocksize, length, end;

	if (content_fill(entry, ext->block, &length, err) < 0)
		return -1;
	if (length < CONTENT_BLOCK &&
	    offset + (off_t)length != entry->status.st_size)
		return error_set(err, "the file changes while it is read");
	end = (length + size - 1) / size * size;
	memset(ext->block + length, 0, end - length);
	return ext_blocks_store(ext->fs, inode,
	    (uint64_t)offset / ext->fs->blocksize, ext->block, length, err);
}

static int
add_content(struct sink_ext *ext, struct ext_inode *inode,
    const struct tree_entry *entry, struct error *err)
{
	off_t size = entry->status.st_size;

	for (off_t offset = 0; offset < size; offset += CONTENT_BLOCK) {
		if (size > CONTENT_BLOCK && entry->fd >= 0)
			offset = skip_hole(entry->fd, offset, size);
		if (offset < size &&
		    add_block(ext, inode, entry, offset, err) < 0)
			return -1;
	}
	return ext_inode_set_size(ext->fs, inode, (uint64_t)size, err);
}

static int
add_special(struct sink_ext *ext, struct ext_inode *inode,
    const struct tree_entry *entry, struct error *err)
{
	mode_t mode = entry->status.st_mode;

	if (S_ISREG(mode))
		return add_content(ext, inode, entry, err);
	if (S_ISLNK(mode))
		return ext_inode_set_target(ext->fs, inode, entry->target, err);
	if (S_ISCHR(mode) || S_ISBLK(mode))
		ext_inode_set_device(inode, entry->status.st_rdev);
	return 0;
}

static int
add_xattrs(struct sink_ext *ext, ext2_ino_t number,
    const struct tree_entry *entry, struct error *err)
{
	struct ext2_xattr_handle *handle;
	errcode_t code;

	if (!entry->xattrs.count)
		return 0;
	code = ext2fs_xattrs_open(ext->fs, number, &handle);
	if (code)
		return ext_error(err, code, "extended attributes");
	vector_each(xattr, &entry->xattrs)
		if (!code)
			code = ext2fs_xattr_set(handle, xattr->name,
			    xattr->value, xattr->length);
	if (!code)
		code = ext2fs_xattrs_write(handle);
	ext2fs_xattrs_close(&handle);
	return code ? ext_error(err, code, "extended attributes") : 0;
}

static void
set_status(struct ext_inode *inode, const struct stat *status)
{
	inode->large.i_mode = (uint16_t)status->st_mode;
	ext_inode_set_owner(inode, status->st_uid, status->st_gid);
	ext_inode_set_times(inode, status->st_mtim);
}

/* A new inode with all that the entry says, but no name yet. */
static int
add_inode(struct sink_ext *ext, const struct tree_entry *entry,
    ext2_ino_t *number, struct error *err)
{
	struct ext_inode inode;

	if (ext_inode_new(ext->fs, &inode, entry->status.st_mode, err) < 0)
		return -1;
	set_status(&inode, &entry->status);
	*number = inode.number;
	if (add_special(ext, &inode, entry, err) < 0 ||
	    ext_inode_write(ext->fs, &inode, err) < 0)
		return -1;
	return add_xattrs(ext, inode.number, entry, err);
}

/* Another name of a node. */
static int
add_link(struct sink_ext *ext, const struct tree_entry *entry,
    const struct node **first, struct error *err)
{
	struct node *node = map_get(&ext->nodes, view_of(entry->link));
	struct ext_inode inode;

	if (!node || node->directory.number)
		return error_set(err, "is a link to '%s', which is not there",
		    entry_shown(entry->link));
	*first = node;
	if (ext_inode_read(ext->fs, &inode, node->number, err) < 0)
		return -1;
	if (inode.large.i_links_count >= EXT2_LINK_MAX)
		return error_set(err, "has too many links");
	inode.large.i_links_count++;
	return ext_inode_write(ext->fs, &inode, err);
}

/* The root is there already, with lost+found in it. */
static int
add_root(struct sink_ext *ext, const struct tree_entry *entry,
    struct error *err)
{
	struct node *node = sink_ext_node(ext, entry, EXT2_ROOT_INO);
	struct ext_inode inode;
	ext2_ino_t lost;

	ext_directory_init(ext->fs, &node->directory, EXT2_ROOT_INO,
	    EXT2_ROOT_INO);
	if (ext2fs_lookup(ext->fs, EXT2_ROOT_INO, "lost+found", 10, NULL,
	    &lost) == 0)
		ext_directory_add(ext->fs, &node->directory, "lost+found",
		    lost, S_IFDIR);
	if (ext_inode_read(ext->fs, &inode, EXT2_ROOT_INO, err) < 0)
		return -1;
	set_status(&inode, &entry->status);
	if (ext_inode_write(ext->fs, &inode, err) < 0)
		return -1;
	return add_xattrs(ext, EXT2_ROOT_INO, entry, err);
}

/* A file or directory with its node, if later entries may name it. */
static int
add_first(struct sink_ext *ext, const struct tree_entry *entry,
    const struct node *parent, ext2_ino_t *number, struct error *err)
{
	bool is_directory = S_ISDIR(entry->status.st_mode);
	struct node *node;

	if (add_inode(ext, entry, number, err) < 0)
		return -1;
	if (!is_directory && entry->status.st_nlink < 2)
		return 0;
	node = sink_ext_node(ext, entry, *number);
	if (is_directory)
		ext_directory_init(ext->fs, &node->directory, *number,
		    parent->number);
	return 0;
}

static int
sink_ext_add(struct tree_sink *sink, const struct tree_entry *entry,
    struct error *err)
{
	struct sink_ext *ext = (struct sink_ext *)sink;
	struct node *parent = sink_ext_parent(ext, entry->path);
	struct node self = {.mode = entry->status.st_mode};
	const struct node *node = &self;

	if (!strcmp(entry->path, "."))
		return add_root(ext, entry, err);
	if (!parent || !parent->directory.number)
		return error_set(err, "its directory is not there");
	if ((entry->link ? add_link(ext, entry, &node, err)
	    : add_first(ext, entry, parent, &self.number, err)) < 0)
		return -1;
	ext_directory_add(ext->fs, &parent->directory,
	    strrchr(entry->path, '/') + 1, node->number, node->mode);
	return 0;
}

/* Adds to "no space" what the directories from `first` on would take. */
static int
sink_ext_no_space(const struct sink_ext *ext, size_t first, struct error *err)
{
	auto_error struct error full = *err;
	auto_free char *missing = NULL;
	uint64_t bytes = 0;

	*err = (struct error){0};
	for (size_t i = first; i < ext->nodes.count; i++) {
		const struct node *node = ext->nodes.entries[i].value;

		bytes += node->directory.blocks.length;
	}
	missing = size_text(bytes);
	error_set(err, "%s; about %s more is needed", full.text, missing);
	err->number = ENOSPC;
	return -1;
}

static int
sink_ext_finish(struct tree_sink *sink, struct error *err)
{
	struct sink_ext *ext = (struct sink_ext *)sink;

	for (size_t i = 0; i < ext->nodes.count; i++) {
		struct node *node = ext->nodes.entries[i].value;

		if (!node->directory.number || ext_directory_write(ext->fs,
		    &node->directory, err) == 0)
			continue;
		error_prefix(err, "'%s'", entry_shown(node->path));
		return err->number == ENOSPC
		    ? sink_ext_no_space(ext, i, err) : -1;
	}
	return ext_close(steal_pointer(&ext->fs), err);
}

static void
sink_ext_free(struct tree_sink *sink)
{
	struct sink_ext *ext = (struct sink_ext *)sink;

	if (ext->fs)
		ext_abandon(ext->fs);
	for (size_t i = 0; i < ext->nodes.count; i++) {
		struct node *node = ext->nodes.entries[i].value;

		ext_directory_release(&node->directory);
		free(node->path);
		free(node);
	}
	map_release(&ext->nodes);
	free(ext->block);
	free(ext);
}

struct tree_sink *
sink_ext_new(int fd, struct error *err)
{
	ext2_filsys fs = ext_open(fd, false, err);
	struct sink_ext *ext;

	if (!fs)
		return NULL;
	ext = memory_new(struct sink_ext);
	ext->sink = (struct tree_sink){
		.add = sink_ext_add,
		.finish = sink_ext_finish,
		.free = sink_ext_free,
	};
	ext->fs = fs;
	ext->block = memory_zeroed(CONTENT_BLOCK, 1);
	return &ext->sink;
}
