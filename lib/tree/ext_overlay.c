#include "tree/ext_overlay.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/map.h"
#include "base/memory.h"

/* The smallest block there is; the superblock is the second of these. */
enum { SECTOR = 1024, SUPERBLOCK_SECTOR = 1 };

struct sector {
	uint64_t number;
	char data[SECTOR];
};

struct overlay {
	io_channel below;
	struct map sectors;	/* of struct sector, by number */
	ext2fs_block_bitmap taken;	/* before any change; NULL: not known */
	int block_size;	/* of taken */
};

static struct overlay *
overlay_of(io_channel channel)
{
	return channel->private_data;
}

static struct view
sector_key(const uint64_t *number)
{
	return (struct view){(const char *)number, sizeof(*number)};
}

/* As libext2fs has it: less than none is a number of bytes. */
static size_t
byte_count(io_channel channel, int count)
{
	return count < 0 ? (size_t)-count
	    : (size_t)count * (size_t)channel->block_size;
}

static errcode_t
overlay_open(const char *name, int flags, io_channel *channel)
{
	io_channel own = NULL, below;
	struct overlay *overlay;
	errcode_t code = unixfd_io_manager->open(name, flags, &below);

	if (code)
		return code;
	own = memory_new(struct struct_io_channel);
	overlay = memory_new(struct overlay);
	overlay->below = below;
	*own = (struct struct_io_channel){
		.magic = EXT2_ET_MAGIC_IO_CHANNEL,
		.manager = ext_overlay_manager,
		.name = memory_string(name),
		.block_size = below->block_size,
		.refcount = 1,
		.private_data = overlay,
		.align = below->align,
	};
	*channel = own;
	return 0;
}

static errcode_t
overlay_close(io_channel channel)
{
	struct overlay *overlay = overlay_of(channel);
	errcode_t code;

	if (--channel->refcount > 0)
		return 0;
	code = io_channel_close(overlay->below);
	for (size_t i = 0; i < overlay->sectors.count; i++)
		free(overlay->sectors.entries[i].value);
	map_release(&overlay->sectors);
	if (overlay->taken)
		ext2fs_free_block_bitmap(overlay->taken);
	free(overlay);
	free(channel->name);
	free(channel);
	return code;
}

static errcode_t
overlay_set_blksize(io_channel channel, int size)
{
	channel->block_size = size;
	return io_channel_set_blksize(overlay_of(channel)->below, size);
}

static errcode_t
overlay_read(io_channel channel, unsigned long long block, int count,
    void *data)
{
	struct overlay *overlay = overlay_of(channel);
	size_t length = byte_count(channel, count);
	uint64_t number = block * (uint64_t)channel->block_size / SECTOR;
	errcode_t code = io_channel_read_blk64(overlay->below, block, count,
	    data);

	if (code)
		return code;
	for (size_t at = 0; at < length; at += SECTOR, number++) {
		const struct sector *sector =
		    map_get(&overlay->sectors, sector_key(&number));

		if (sector)
			memcpy((char *)data + at, sector->data,
			    length - at < SECTOR ? length - at : SECTOR);
	}
	return 0;
}

static struct sector *
sector_make(struct overlay *overlay, uint64_t number)
{
	struct sector *sector =
	    map_get(&overlay->sectors, sector_key(&number));

	if (sector)
		return sector;
	sector = memory_new(struct sector);
	sector->number = number;
	*map_put(&overlay->sectors, sector_key(&sector->number)) = sector;
	return sector;
}

static bool
was_free(const struct overlay *overlay, io_channel channel,
    unsigned long long block, int count)
{
	return overlay->taken && count > 0 &&
	    channel->block_size == overlay->block_size &&
	    block >= ext2fs_get_block_bitmap_start2(overlay->taken) &&
	    block + (unsigned)count - 1 <=
	    ext2fs_get_block_bitmap_end2(overlay->taken) &&
	    ext2fs_test_block_bitmap_range2(overlay->taken, block,
	    (unsigned)count);
}

static errcode_t
overlay_write(io_channel channel, unsigned long long block, int count,
    const void *data)
{
	struct overlay *overlay = overlay_of(channel);
	size_t length = byte_count(channel, count);
	uint64_t number = block * (uint64_t)channel->block_size / SECTOR;

	if (was_free(overlay, channel, block, count))
		return io_channel_write_blk64(overlay->below, block, count,
		    data);
	if (length % SECTOR)
		return EXT2_ET_INVALID_ARGUMENT;
	for (size_t at = 0; at < length; at += SECTOR, number++)
		memcpy(sector_make(overlay, number)->data,
		    (const char *)data + at, SECTOR);
	return 0;
}

static errcode_t
overlay_read_short(io_channel channel, unsigned long block, int count,
    void *data)
{
	return overlay_read(channel, block, count, data);
}

static errcode_t
overlay_write_short(io_channel channel, unsigned long block, int count,
    const void *data)
{
	return overlay_write(channel, block, count, data);
}

static errcode_t
overlay_flush(io_channel channel)
{
	(void)channel;
	return 0;
}

static struct struct_io_manager manager = {
	.magic = EXT2_ET_MAGIC_IO_MANAGER,
	.name = "overlay",
	.open = overlay_open,
	.close = overlay_close,
	.set_blksize = overlay_set_blksize,
	.read_blk = overlay_read_short,
	.write_blk = overlay_write_short,
	.flush = overlay_flush,
	.read_blk64 = overlay_read,
	.write_blk64 = overlay_write,
};

io_manager const ext_overlay_manager = &manager;

errcode_t
ext_overlay_begin(ext2_filsys fs)
{
	struct overlay *overlay = overlay_of(fs->io);

	overlay->block_size = (int)fs->blocksize;
	/* of clusters, blocks cannot be told apart */
	return EXT2FS_CLUSTER_RATIO(fs) == 1
	    ? ext2fs_copy_bitmap(fs->block_map, &overlay->taken) : 0;
}

static int
compare_sectors(const void *a, const void *b)
{
	const struct sector *const *one = a, *const *two = b;

	return (*one)->number < (*two)->number ? -1
	    : (*one)->number > (*two)->number;
}

static errcode_t
sector_put(io_channel below, const struct sector *sector)
{
	return io_channel_write_blk64(below, sector->number, 1, sector->data);
}

/* First of all, so that what is cut off is told by all who look. */
static errcode_t
put_unclean(io_channel below, const struct sector *superblock)
{
	struct sector copy = *superblock;
	struct ext2_super_block *super = (void *)copy.data;

	super->s_state = ext2fs_cpu_to_le16(
	    ext2fs_le16_to_cpu(super->s_state) & ~EXT2_VALID_FS);
	if (ext2fs_le32_to_cpu(super->s_feature_ro_compat) &
	    EXT4_FEATURE_RO_COMPAT_METADATA_CSUM)
		super->s_checksum = ext2fs_cpu_to_le32(ext2fs_crc32c_le(~0U,
		    (void *)super, offsetof(struct ext2_super_block,
		    s_checksum)));
	return sector_put(below, &copy);
}

static errcode_t
put_all(io_channel below, struct sector *const *sectors, size_t count)
{
	const struct sector *superblock = NULL;
	errcode_t code = 0;

	for (size_t i = 0; i < count; i++)
		if (sectors[i]->number == SUPERBLOCK_SECTOR)
			superblock = sectors[i];
	if (superblock)
		code = put_unclean(below, superblock);
	for (size_t i = 0; !code && i < count; i++)
		if (sectors[i] != superblock)
			code = sector_put(below, sectors[i]);
	if (!code && superblock)
		code = sector_put(below, superblock);
	return code;
}

errcode_t
ext_overlay_commit(ext2_filsys fs)
{
	struct overlay *overlay = overlay_of(fs->io);
	size_t count = overlay->sectors.count;
	auto_free struct sector **sectors =
	    memory_zeroed(count + 1, sizeof(*sectors));
	/* one after the other, and their errors are told */
	errcode_t code = io_channel_set_options(overlay->below, "cache=off");

	for (size_t i = 0; i < count; i++)
		sectors[i] = overlay->sectors.entries[i].value;
	qsort(sectors, count, sizeof(*sectors), compare_sectors);
	if (!code)
		code = io_channel_set_blksize(overlay->below, SECTOR);
	return code ? code : put_all(overlay->below, sectors, count);
}
