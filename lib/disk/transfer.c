#include "disk/transfer.h"

#include <stdbool.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/interrupt.h"
#include "base/memory.h"

enum { CHUNK = 1 << 20, ENDS = 1 << 20 };

static int
write_zeros(struct transfer *transfer, uint64_t start, uint64_t length,
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
copy_data(struct transfer *transfer, uint64_t start, uint64_t length,
    struct error *err)
{
	while (length) {
		size_t part = length < CHUNK ? (size_t)length : CHUNK;
		ssize_t got = pread(transfer->memory, transfer->chunk, part,
		    (off_t)start);

		if (got <= 0)
			return error_errno(err, "read memory file");
		if (interrupt_check(err) < 0 ||
		    file_write_position(transfer->device, transfer->chunk,
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
    bool with_holes, struct error *err)
{
	while (start < end) {
		uint64_t data = seek(transfer->memory, start, SEEK_DATA, end);
		uint64_t hole = seek(transfer->memory, data, SEEK_HOLE, end);

		if (with_holes && data > start && write_zeros(transfer, start,
		    data - start, err) < 0)
			return -1;
		if (hole > data && copy_data(transfer, data, hole - data,
		    err) < 0)
			return -1;
		start = hole;
	}
	return 0;
}

int
transfer_data(struct transfer *transfer, uint64_t start, uint64_t end,
    struct error *err)
{
	return transfer_range(transfer, start, end, false, err);
}

int
transfer_all(struct transfer *transfer, uint64_t start, uint64_t end,
    struct error *err)
{
	return transfer_range(transfer, start, end, true, err);
}

int
transfer_begin(struct transfer *transfer, int memory, int device,
    struct error *err)
{
	off_t size = lseek(device, 0, SEEK_END);

	*transfer = (struct transfer){
		.memory = memory, .device = device,
		.chunk = memory_zeroed(CHUNK, 1),
	};
	if (size < 2 * ENDS)
		return error_set(err, "the device is too small");
	if (write_zeros(transfer, 0, ENDS, err) < 0)
		return -1;
	return write_zeros(transfer, (uint64_t)size - ENDS, ENDS, err);
}

int
transfer_whole(int memory, int device, struct error *err)
{
	auto_transfer struct transfer transfer = {0};
	off_t size = lseek(memory, 0, SEEK_END);

	if (transfer_begin(&transfer, memory, device, err) < 0)
		return -1;
	return transfer_data(&transfer, 0, (uint64_t)size, err);
}

void
transfer_release(struct transfer *transfer)
{
	free(transfer->chunk);
}
