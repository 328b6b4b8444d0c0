#include "tree/ext_overlay.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/file.h"
#include "base/map.h"
#include "base/memory.h"

/* The smallest block there is; the superblock is the second of these. */
enum { SECTOR = 1024, SUPERBLOCK_SECTOR = 1 };

enum { RUN = 64 };	/* sectors that are written at once */

struct sector {
	uint64_t number;
	char data[SECTOR];
};

struct overlay {
	io_channel below;
	int fd;	/* of that */
	struct map sectors;	/* of struct sector, by number */
	ext2fs_block_bitmap taken;	/* before any change; NULL: not known */
	int block_size;	/* of taken */
	bool fills;	/* blocks that were free, at once */
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
	overlay->fd = (int)strtol(name, NULL, 10);
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

/* libext2fs writes all bitmaps when one has changed. Of a block that was free a
 * copy has not what is below. */
static void
sector_set(struct overlay *overlay, uint64_t number, const char *data,
    bool may_be_same)
{
	char below[SECTOR];

	if (may_be_same &&
	    !map_get(&overlay->sectors, sector_key(&number)) &&
	    pread(overlay->fd, below, SECTOR, (off_t)(number * SECTOR)) ==
	    SECTOR && !memcmp(below, data, SECTOR))
		return;
	memcpy(sector_make(overlay, number)->data, data, SECTOR);
}

static errcode_t
overlay_write(io_channel channel, unsigned long long block, int count,
    const void *data)
{
	struct overlay *overlay = overlay_of(channel);
	size_t length = byte_count(channel, count);
	uint64_t number = block * (uint64_t)channel->block_size / SECTOR;

	bool is_new = was_free(overlay, channel, block, count);

	if (is_new && overlay->fills)
		return io_channel_write_blk64(overlay->below, block, count,
		    data);
	if (length % SECTOR)
		return EXT2_ET_INVALID_ARGUMENT;
	for (size_t at = 0; at < length; at += SECTOR, number++)
		sector_set(overlay, number, (const char *)data + at,
		    overlay->taken && !is_new);
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
ext_overlay_begin(ext2_filsys fs, bool fills)
{
	struct overlay *overlay = overlay_of(fs->io);

	overlay->fills = fills;
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
write_at(int fd, const void *data, size_t length, uint64_t number)
{
	auto_error struct error err = {0};

	if (file_write_position(fd, data, length, number * SECTOR, &err) == 0)
		return 0;
	return err.number ? err.number : EIO;
}

/* First of all, so that what is cut off is told by all who look. */
static errcode_t
put_unclean(int fd, const struct sector *superblock)
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
	return write_at(fd, copy.data, SECTOR, SUPERBLOCK_SECTOR);
}

/* One of `sectors` and those that follow it without a gap; *count becomes how
 * many. */
static errcode_t
put_run(int fd, struct sector *const *sectors, size_t *count)
{
	char run[RUN * SECTOR];
	size_t length = 0;

	do {
		memcpy(run + length * SECTOR, sectors[length]->data, SECTOR);
		length++;
	} while (length < RUN && length < *count &&
	    sectors[length]->number == sectors[0]->number + length);
	*count = length;
	return write_at(fd, run, length * SECTOR, sectors[0]->number);
}

static errcode_t
put_all(int fd, struct sector *const *sectors, size_t count)
{
	const struct sector *superblock = NULL;
	errcode_t code = 0;

	for (size_t i = 0; i < count; i++)
		if (sectors[i]->number == SUPERBLOCK_SECTOR)
			superblock = sectors[i];
	if (superblock)
		code = put_unclean(fd, superblock);
	for (size_t i = 0, length; !code && i < count; i += length) {
		length = sectors[i] == superblock ? 1 : count - i;
		if (sectors[i] != superblock)
			code = put_run(fd, sectors + i, &length);
	}
	if (!code && superblock)
		code = write_at(fd, superblock->data, SECTOR,
		    SUPERBLOCK_SECTOR);
	return code;
}

errcode_t
ext_overlay_put(ext2_filsys fs, int copy)
{
	struct overlay *overlay = overlay_of(fs->io);
	size_t count = overlay->sectors.count;
	auto_free struct sector **sectors =
	    memory_zeroed(count + 1, sizeof(*sectors));

	for (size_t i = 0; i < count; i++)
		sectors[i] = overlay->sectors.entries[i].value;
	qsort(sectors, count, sizeof(*sectors), compare_sectors);
	return put_all(copy, sectors, count);
}

errcode_t
ext_overlay_commit(ext2_filsys fs)
{
	struct overlay *overlay = overlay_of(fs->io);
	/* a flush would sync it, which is the caller's affair */
	errcode_t code = io_channel_set_options(overlay->below, "cache=off");

	return code ? code : ext_overlay_put(fs, overlay->fd);
}
