#include "tree/ext_inode.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "base/cleanup.h"
#include "base/memory.h"
#include "tree/ext_blocks.h"

static int
inode_size(ext2_filsys fs)
{
	int size = EXT2_INODE_SIZE(fs->super);
	int most = sizeof(((struct ext_inode *)0)->bytes);

	return size < most ? size : most;
}

/* Gives the inode an empty extent tree, where the filesystem has them. */
static errcode_t
inode_init_extents(ext2_filsys fs, struct ext_inode *inode)
{
	ext2_extent_handle_t handle;
	errcode_t code;

	if (!ext2fs_has_feature_extents(fs->super))
		return 0;
	code = ext2fs_extent_open2(fs, inode->number, &inode->small, &handle);
	if (!code)
		ext2fs_extent_free(handle);
	return code;
}

int
ext_inode_new(ext2_filsys fs, struct ext_inode *inode, mode_t mode,
    struct error *err)
{
	errcode_t code;

	memset(inode, 0, sizeof(*inode));
	code = ext2fs_new_inode(fs, EXT2_ROOT_INO, mode, NULL, &inode->number);
	if (code)
		return ext_error(err, code, "new inode");
	ext2fs_inode_alloc_stats2(fs, inode->number, 1, S_ISDIR(mode));
	inode->large.i_mode = (uint16_t)mode;
	inode->large.i_links_count = 1;
	if (inode_size(fs) > EXT2_GOOD_OLD_INODE_SIZE)
		inode->large.i_extra_isize =
		    sizeof(inode->large) - EXT2_GOOD_OLD_INODE_SIZE;
	if (S_ISREG(mode) || S_ISDIR(mode))
		code = inode_init_extents(fs, inode);
	return code ? ext_error(err, code, "new inode") : 0;
}

int
ext_inode_read(ext2_filsys fs, struct ext_inode *inode, ext2_ino_t number,
    struct error *err)
{
	errcode_t code;

	memset(inode, 0, sizeof(*inode));
	inode->number = number;
	code = ext2fs_read_inode_full(fs, number, &inode->small,
	    inode_size(fs));
	return code ? ext_error(err, code, "read inode %u", number) : 0;
}

int
ext_inode_write(ext2_filsys fs, struct ext_inode *inode, struct error *err)
{
	errcode_t code = ext2fs_write_inode_full(fs, inode->number,
	    &inode->small, inode_size(fs));

	return code ? ext_error(err, code, "write inode %u", inode->number) : 0;
}

void
ext_inode_set_owner(struct ext_inode *inode, uid_t uid, gid_t gid)
{
	inode->large.i_uid = uid & 0xffff;
	inode->large.i_gid = gid & 0xffff;
	ext2fs_set_i_uid_high(inode->large, uid >> 16);
	ext2fs_set_i_gid_high(inode->large, gid >> 16);
}

uid_t
ext_inode_uid(const struct ext_inode *inode)
{
	return inode_uid(inode->large);
}

gid_t
ext_inode_gid(const struct ext_inode *inode)
{
	return inode_gid(inode->large);
}

void
ext_inode_set_times(struct ext_inode *inode, struct timespec time)
{
	uint32_t seconds = (uint32_t)time.tv_sec;
	uint32_t epoch = (uint32_t)((time.tv_sec - (int32_t)seconds) >> 32) &
	    EXT4_EPOCH_MASK;
	uint32_t extra = (uint32_t)time.tv_nsec << EXT4_EPOCH_BITS | epoch;
	struct ext2_inode_large *large = &inode->large;

	large->i_atime = large->i_ctime = large->i_mtime = seconds;
	large->i_crtime = seconds;
	large->i_atime_extra = large->i_ctime_extra = extra;
	large->i_mtime_extra = large->i_crtime_extra = extra;
}

/* The kernel's own encodings, old where it fits, else new (fs/ext4/ext4.h). */
void
ext_inode_set_device(struct ext_inode *inode, dev_t device)
{
	unsigned major_ = major(device), minor_ = minor(device);

	if (major_ < 256 && minor_ < 256)
		inode->large.i_block[0] = major_ << 8 | minor_;
	else
		inode->large.i_block[1] = (minor_ & 0xff) | major_ << 8 |
		    (minor_ & ~0xffu) << 12;
}

int
ext_inode_set_size(ext2_filsys fs, struct ext_inode *inode, uint64_t size,
    struct error *err)
{
	errcode_t code = ext2fs_inode_size_set(fs, &inode->small, (off_t)size);

	return code ? ext_error(err, code, "set size") : 0;
}

int
ext_inode_set_target(ext2_filsys fs, struct ext_inode *inode,
    const char *target, struct error *err)
{
	size_t length = strlen(target);
	auto_free char *block = NULL;
	errcode_t code;

	if (ext_inode_set_size(fs, inode, length, err) < 0)
		return -1;
	if (length < sizeof(inode->large.i_block)) {
		memcpy(inode->large.i_block, target, length);
		return 0;
	}
	if (length >= fs->blocksize)
		return error_set(err, "the link's target is too long");
	code = inode_init_extents(fs, inode);
	if (code)
		return ext_error(err, code, "new inode");
	block = memory_zeroed(fs->blocksize, 1);
	memcpy(block, target, length);
	return ext_blocks_store(fs, inode, 0, block, length, err);
}

/* `end` has room for PATH_MAX. */
static errcode_t
target_read(ext2_filsys fs, struct ext_inode *inode, char *end,
    unsigned *length)
{
	ext2_file_t file;
	errcode_t code;

	*length = inode->large.i_size;
	if (ext2fs_is_fast_symlink(&inode->small)) {
		if (*length > sizeof(inode->large.i_block))
			return ENAMETOOLONG;
		memcpy(end, inode->large.i_block, *length);
		return 0;
	}
	code = ext2fs_file_open2(fs, inode->number, &inode->small, 0, &file);
	if (code)
		return code;
	code = ext2fs_file_read(file, end, *length, length);
	ext2fs_file_close(file);
	return code;
}

int
ext_inode_target(ext2_filsys fs, struct ext_inode *inode,
    struct buffer *target, struct error *err)
{
	unsigned length = 0;
	errcode_t code = !S_ISLNK(inode->large.i_mode) ? EINVAL
	    : inode->large.i_size > PATH_MAX ? ENAMETOOLONG
	    : target_read(fs, inode, buffer_reserve(target, PATH_MAX),
	    &length);

	if (code)
		return ext_error(err, code, "read link");
	target->length += length;
	target->data[target->length] = '\0';
	return 0;
}

int
ext_inode_drop(ext2_filsys fs, ext2_ino_t number, struct error *err)
{
	struct ext_inode inode;
	errcode_t code = 0;

	if (ext_inode_read(fs, &inode, number, err) < 0)
		return -1;
	if (--inode.large.i_links_count > 0)
		return ext_inode_write(fs, &inode, err);
	inode.large.i_dtime = (uint32_t)ext_time(fs);
	if (ext2fs_inode_has_valid_blocks2(fs, &inode.small))
		code = ext2fs_punch(fs, number, &inode.small, NULL, 0, ~0ULL);
	if (code)
		return ext_error(err, code, "free blocks of inode %u", number);
	if (ext_inode_write(fs, &inode, err) < 0)
		return -1;
	if (ext2fs_file_acl_block(fs, &inode.small))
		code = ext2fs_free_ext_attr(fs, number, &inode.large);
	if (code)
		return ext_error(err, code, "free attributes of inode %u",
		    number);
	ext2fs_inode_alloc_stats2(fs, number, -1,
	    S_ISDIR(inode.large.i_mode));
	return 0;
}
