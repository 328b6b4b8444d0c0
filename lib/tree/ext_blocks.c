#include "tree/ext_blocks.h"

#include <stdbool.h>
#include <string.h>

/* The last extent before that block; empty if there is none. */
static errcode_t
extent_before(ext2_extent_handle_t handle, uint64_t block,
    struct ext2fs_extent *before)
{
	errcode_t code;

	*before = (struct ext2fs_extent){0};
	/* In a hole, it stops at a neighbour. */
	ext2fs_extent_goto(handle, block);
	code = ext2fs_extent_get(handle, EXT2_EXTENT_CURRENT, before);
	if (code == EXT2_ET_NO_CURRENT_NODE || before->e_lblk > block)
		before->e_len = 0;
	return code == EXT2_ET_NO_CURRENT_NODE ? 0 : code;
}

static bool
extent_is_free(ext2_filsys fs, const struct ext2fs_extent *extent)
{
	return extent->e_pblk + extent->e_len <=
	    ext2fs_blocks_count(fs->super) &&
	    ext2fs_test_block_bitmap_range2(fs->block_map, extent->e_pblk,
	    extent->e_len);
}

/* Makes the one before it, which is the handle's, longer, if it can be. */
static errcode_t
extent_add(ext2_extent_handle_t handle, struct ext2fs_extent *before,
    struct ext2fs_extent *extent)
{
	errcode_t code;

	if (before->e_lblk + before->e_len == extent->e_lblk &&
	    before->e_len + extent->e_len <= EXT_INIT_MAX_LEN) {
		before->e_len += extent->e_len;
		return ext2fs_extent_replace(handle, 0, before);
	}
	code = ext2fs_extent_insert(handle, EXT2_EXTENT_INSERT_AFTER, extent);
	return code ? code : ext2fs_extent_fix_parents(handle);
}

/* Puts it right behind what the file has before it, if that is free: e_pblk is
 * set then. */
static errcode_t
extent_follow(ext2_filsys fs, struct ext_inode *inode,
    struct ext2fs_extent *extent)
{
	struct ext2fs_extent before;
	ext2_extent_handle_t handle;
	errcode_t code = ext2fs_extent_open2(fs, inode->number, &inode->small,
	    &handle);

	if (code)
		return code;
	code = extent_before(handle, extent->e_lblk - 1, &before);
	extent->e_pblk = before.e_pblk + before.e_len;
	if (code || !before.e_len ||
	    before.e_flags & EXT2_EXTENT_FLAGS_UNINIT ||
	    !extent_is_free(fs, extent)) {
		extent->e_pblk = 0;
	} else {
		ext2fs_block_alloc_stats_range(fs, extent->e_pblk,
		    extent->e_len, 1);
		code = extent_add(handle, &before, extent);
		if (!code)
			code = ext2fs_iblk_add_blocks(fs, &inode->small,
			    extent->e_len);
	}
	ext2fs_extent_free(handle);
	return code;
}

/* ext2fs_fallocate begins an extent each time, and leaves room for holes. */
int
ext_blocks_reserve(ext2_filsys fs, struct ext_inode *inode, uint64_t first,
    uint64_t count, struct error *err)
{
	struct ext2fs_extent extent = {
		.e_lblk = first, .e_len = (uint32_t)count,
	};
	errcode_t code = 0;

	if (first > 0 && inode->large.i_flags & EXT4_EXTENTS_FL &&
	    count <= EXT_INIT_MAX_LEN && EXT2FS_CLUSTER_RATIO(fs) == 1)
		code = extent_follow(fs, inode, &extent);
	if (!code && !extent.e_pblk)
		code = ext2fs_fallocate(fs, EXT2_FALLOCATE_FORCE_INIT,
		    inode->number, &inode->small, ~0ULL, first, count);
	return code ? ext_error(err, code, "allocate blocks") : 0;
}

/* Writes blocks that the inode has, by runs that lie together. */
static int
inode_write_blocks(ext2_filsys fs, struct ext_inode *inode, uint64_t first,
    const char *data, uint64_t count, struct error *err)
{
	blk64_t start = 0, next = 0;
	uint64_t length = 0;
	errcode_t code = 0;

	for (uint64_t i = 0; !code && i <= count; i++) {
		if (i < count)
			code = ext2fs_bmap2(fs, inode->number, &inode->small,
			    NULL, 0, first + i, NULL, &next);
		if (!code && length && (i == count || next != start + length)) {
			code = io_channel_write_blk64(fs->io, start,
			    (int)length, data);
			data += length * fs->blocksize;
			length = 0;
		}
		if (!length)
			start = next;
		length++;
	}
	return code ? ext_error(err, code, "write") : 0;
}

static bool
is_zero(const char *data, size_t length)
{
	return *data == 0 && memcmp(data, data + 1, length - 1) == 0;
}

int
ext_blocks_store(ext2_filsys fs, struct ext_inode *inode, uint64_t first,
    const void *data, size_t length, struct error *err)
{
	size_t size = fs->blocksize;
	size_t count = (length + size - 1) / size, end;
	const char *blocks = data;

	for (size_t i = 0; i < count; i = end) {
		bool hole = is_zero(blocks + i * size, size);

		for (end = i + 1; end < count; end++)
			if (is_zero(blocks + end * size, size) != hole)
				break;
		if (hole)
			continue;
		if (ext_blocks_reserve(fs, inode, first + i, end - i, err) < 0 ||
		    inode_write_blocks(fs, inode, first + i,
		    blocks + i * size, end - i, err) < 0)
			return -1;
	}
	return 0;
}
