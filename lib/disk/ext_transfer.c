#include "disk/ext_transfer.h"

#include <errno.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/interrupt.h"
#include "base/memory.h"
#include "tree/ext.h"

enum { CHUNK = 1 << 20, ENDS = 1 << 20 };

struct transfer {
	int memory;
	int device;
	char *chunk;	/* CHUNK */
};

static int
transfer_zeros(struct transfer *transfer, uint64_t start, uint64_t length,
    struct error *err)
{
	if (fallocate(transfer->device,
	    FALLOC_FL_ZERO_RANGE | FALLOC_FL_KEEP_SIZE, (off_t)start,
	    (off_t)length) == 0)
		return 0;
	memset(transfer->chunk, 0, CHUNK);
	while (length) {
		size_t part = length < CHUNK ? (size_t)length : CHUNK;

		if (interrupt_check(err) < 0 ||
		    file_write_position(transfer->device, transfer->chunk,
		    part, start, err) < 0)
			return -1;
		start += part;
		length -= part;
	}
	return 0;
}

static int
transfer_data(struct transfer *transfer, uint64_t start, uint64_t length,
    struct error *err)
{
	while (length) {
		size_t part = length < CHUNK ? (size_t)length : CHUNK;
		ssize_t got = pread(transfer->memory, transfer->chunk, part,
		    (off_t)start);

		if (got <= 0)
			return error_errno(err, "read memory file");
		if (file_write_position(transfer->device, transfer->chunk,
		    (size_t)got, start, err) < 0)
			return -1;
		start += (uint64_t)got;
		length -= (uint64_t)got;
	}
	return 0;
}

static uint64_t
seek(int fd, uint64_t from, int what, uint64_t end)
{
	off_t place = lseek(fd, (off_t)from, what);

	return place < 0 || (uint64_t)place > end ? end : (uint64_t)place;
}

static int
transfer_range(struct transfer *transfer, uint64_t start, uint64_t end,
    struct error *err)
{
	while (start < end) {
		uint64_t data = seek(transfer->memory, start, SEEK_DATA, end);
		uint64_t hole = seek(transfer->memory, data, SEEK_HOLE, end);

		if (data > start && transfer_zeros(transfer, start,
		    data - start, err) < 0)
			return -1;
		if (hole > data && transfer_data(transfer, data,
		    hole - data, err) < 0)
			return -1;
		start = hole;
	}
	return 0;
}

static int
transfer_used(struct transfer *transfer, ext2_filsys fs, struct error *err)
{
	blk64_t end = ext2fs_blocks_count(fs->super), first, next = 0;

	while (next < end && ext2fs_find_first_set_block_bitmap2(fs->block_map,
	    next > fs->super->s_first_data_block ? next
	    : fs->super->s_first_data_block, end - 1, &first) == 0) {
		if (ext2fs_find_first_zero_block_bitmap2(fs->block_map, first,
		    end - 1, &next) != 0)
			next = end;
		if (transfer_range(transfer, first * fs->blocksize,
		    next * fs->blocksize, err) < 0)
			return -1;
	}
	return 0;
}

static int
transfer_ends(struct transfer *transfer, struct error *err)
{
	off_t size = lseek(transfer->device, 0, SEEK_END);

	if (size < 2 * ENDS)
		return error_set(err, "the device is too small");
	if (transfer_zeros(transfer, 0, ENDS, err) < 0)
		return -1;
	return transfer_zeros(transfer, (uint64_t)size - ENDS, ENDS, err);
}

int
ext_transfer(int memory, int device, struct error *err)
{
	struct transfer transfer = {.memory = memory, .device = device};
	ext2_filsys fs = ext_open(memory, true, err);
	auto_free char *chunk = transfer.chunk = memory_zeroed(CHUNK, 1);
	errcode_t code;
	int result = -1;

	if (!fs)
		return -1;
	code = ext2fs_read_bitmaps(fs);
	if (code)
		ext_error(err, code, "read bitmaps");
	else if (transfer_ends(&transfer, err) == 0)
		result = transfer_used(&transfer, fs, err);
	ext_abandon(fs);
	(void)chunk;
	return result;
}
