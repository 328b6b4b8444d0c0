#include "tree/ext_directory.h"

#include <string.h>
#include <sys/stat.h>

#include "tree/ext_blocks.h"
#include "tree/ext_index.h"

enum { ENTRY_HEAD = 8 };

static const struct {
	mode_t mode;
	int type;
} ext_file_types[] = {
	{S_IFREG, EXT2_FT_REG_FILE},
	{S_IFDIR, EXT2_FT_DIR},
	{S_IFLNK, EXT2_FT_SYMLINK},
	{S_IFCHR, EXT2_FT_CHRDEV},
	{S_IFBLK, EXT2_FT_BLKDEV},
	{S_IFIFO, EXT2_FT_FIFO},
	{S_IFSOCK, EXT2_FT_SOCK},
};

int
ext_file_type(ext2_filsys fs, mode_t mode)
{
	if (ext2fs_has_feature_filetype(fs->super))
		for (size_t i = 0;
		    i < sizeof(ext_file_types) / sizeof(*ext_file_types); i++)
			if ((mode & S_IFMT) == ext_file_types[i].mode)
				return ext_file_types[i].type;
	return EXT2_FT_UNKNOWN;
}

static size_t
entry_size(size_t name_length)
{
	return (ENTRY_HEAD + name_length + 3) & ~(size_t)3;
}

size_t
ext_directory_room(ext2_filsys fs)
{
	return fs->blocksize - (ext2fs_has_feature_metadata_csum(fs->super)
	    ? sizeof(struct ext2_dir_entry_tail) : 0);
}

static struct ext2_dir_entry *
entry_at(struct ext_directory *directory, size_t offset)
{
	return (void *)(directory->blocks.data + offset);
}

void
ext_directory_end(ext2_filsys fs, struct ext_directory *directory)
{
	size_t in_block = directory->last % fs->blocksize;

	ext2fs_set_rec_len(fs, (unsigned)(ext_directory_room(fs) - in_block),
	    entry_at(directory, directory->last));
}

static size_t
directory_next_block(ext2_filsys fs, struct ext_directory *directory)
{
	size_t offset = directory->blocks.length;

	if (offset)
		ext_directory_end(fs, directory);
	memset(buffer_reserve(&directory->blocks, fs->blocksize), 0,
	    fs->blocksize);
	directory->blocks.length += fs->blocksize;
	return offset;
}

/* Room for a name behind the last, which is the last then. */
static struct ext2_dir_entry *
directory_next(ext2_filsys fs, struct ext_directory *directory, size_t length)
{
	size_t offset = 0;

	if (directory->blocks.length)
		offset = directory->last + entry_size((size_t)
		    ext2fs_dirent_name_len(entry_at(directory,
		    directory->last)));
	if (!directory->blocks.length || offset + entry_size(length) >
	    directory->blocks.length - fs->blocksize + ext_directory_room(fs))
		offset = directory_next_block(fs, directory);
	else
		ext2fs_set_rec_len(fs, (unsigned)(offset - directory->last),
		    entry_at(directory, directory->last));
	directory->last = offset;
	return entry_at(directory, offset);
}

void
ext_directory_add(ext2_filsys fs, struct ext_directory *directory,
    const char *name, ext2_ino_t number, mode_t mode)
{
	size_t length = strlen(name);
	struct ext2_dir_entry *entry = directory_next(fs, directory, length);

	entry->inode = number;
	ext2fs_dirent_set_name_len(entry, (int)length);
	ext2fs_dirent_set_file_type(entry, ext_file_type(fs, mode));
	memcpy(entry->name, name, length);
	if (S_ISDIR(mode))
		directory->subdirectories++;
}

void
ext_directory_copy(ext2_filsys fs, struct ext_directory *directory,
    const struct ext2_dir_entry *from)
{
	size_t length = (size_t)ext2fs_dirent_name_len(from);
	struct ext2_dir_entry *entry = directory_next(fs, directory, length);

	entry->inode = from->inode;
	entry->name_len = from->name_len;
	memcpy(entry->name, from->name, length);
}

void
ext_directory_init(ext2_filsys fs, struct ext_directory *directory,
    ext2_ino_t number, ext2_ino_t parent)
{
	*directory = (struct ext_directory){.number = number, .parent = parent};
	ext_directory_add(fs, directory, ".", number, S_IFDIR);
	ext_directory_add(fs, directory, "..", parent, S_IFDIR);
}

static int
directory_write_blocks(ext2_filsys fs, struct ext_directory *directory,
    struct ext_inode *inode, struct error *err)
{
	size_t count = directory->blocks.length / fs->blocksize;
	errcode_t code = 0;
	blk64_t place;

	for (size_t i = 0; !code && i < count; i++) {
		char *block = directory->blocks.data + i * fs->blocksize;

		if (i >= directory->index_blocks &&
		    ext2fs_has_feature_metadata_csum(fs->super))
			ext2fs_initialize_dirent_tail(fs,
			    EXT2_DIRENT_TAIL(block, fs->blocksize));
		code = ext2fs_bmap2(fs, inode->number, &inode->small, NULL, 0,
		    i, NULL, &place);
		if (!code)
			code = ext2fs_write_dir_block4(fs, place, block, 0,
			    inode->number);
	}
	return code ? ext_error(err, code, "write directory") : 0;
}

/* More than 65000 cannot be counted; 1 says so (dir_nlink). */
static void
directory_set_links(ext2_filsys fs, const struct ext_directory *directory,
    struct ext_inode *inode)
{
	bool countable = directory->subdirectories < EXT2_LINK_MAX;

	inode->large.i_links_count = countable
	    ? (uint16_t)directory->subdirectories : 1;
	if (!countable)
		ext2fs_set_feature_dir_nlink(fs->super);
}

/* One that was there, and larger, keeps no more than is to be written. */
static int
directory_shorten(ext2_filsys fs, struct ext_inode *inode, size_t count,
    struct error *err)
{
	errcode_t code = ext2fs_punch(fs, inode->number, &inode->small, NULL,
	    count, ~(blk64_t)0);

	return code ? ext_error(err, code, "shorten directory") : 0;
}

int
ext_directory_write(ext2_filsys fs, struct ext_directory *directory,
    struct error *err)
{
	struct ext_inode inode;
	size_t count, present;

	ext_directory_end(fs, directory);
	if (ext_index_make(fs, directory, err) < 0 ||
	    ext_inode_read(fs, &inode, directory->number, err) < 0)
		return -1;
	count = directory->blocks.length / fs->blocksize;
	present = EXT2_I_SIZE(&inode.large) / fs->blocksize;
	if ((count > present && ext_blocks_reserve(fs, &inode, present,
	    count - present, err) < 0) ||
	    (count < present &&
	    directory_shorten(fs, &inode, count, err) < 0))
		return -1;
	inode.large.i_flags &= ~(uint32_t)EXT2_INDEX_FL;
	if (directory->index_blocks)
		inode.large.i_flags |= EXT2_INDEX_FL;
	if (directory_write_blocks(fs, directory, &inode, err) < 0)
		return -1;
	directory_set_links(fs, directory, &inode);
	if (ext_inode_set_size(fs, &inode, directory->blocks.length, err) < 0)
		return -1;
	return ext_inode_write(fs, &inode, err);
}

void
ext_directory_release(struct ext_directory *directory)
{
	buffer_release(&directory->blocks);
}
