#include "disk/transfer.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/interrupt.h"
#include "base/memory.h"

enum { CHUNK = 1 << 20, ENDS = 1 << 20 };

int
transfer_zeros(struct transfer *transfer, uint64_t start, uint64_t length,
    struct error *err)
{
	start += (uint64_t)transfer->shift;
	if (fallocate(transfer->to,
	    FALLOC_FL_ZERO_RANGE | FALLOC_FL_KEEP_SIZE, (off_t)start,
	    (off_t)length) == 0)
		return 0;
	memset(transfer->chunk, 0, CHUNK);
	while (length) {
		size_t part = length < CHUNK ? (size_t)length : CHUNK;

		if (interrupt_check(err) < 0 ||
		    file_write_position(transfer->to, transfer->chunk,
		    part, start, err) < 0)
			return -1;
		start += part;
		length -= part;
	}
	return 0;
}

/* 0 if the kernel cannot do it between these two. */
static ssize_t
copy_in_kernel(struct transfer *transfer, uint64_t start, size_t length)
{
	off_t from = (off_t)start, to = from + transfer->shift;
	ssize_t got = transfer->reads ? 0 : copy_file_range(transfer->from,
	    &from, transfer->to, &to, length, 0);

	if (got < 0 && errno == ENOSPC)
		return -1;
	transfer->reads = got <= 0;
	return got < 0 ? 0 : got;
}

static ssize_t
copy_by_reading(struct transfer *transfer, uint64_t start, size_t length,
    struct error *err)
{
	ssize_t got = pread(transfer->from, transfer->chunk, length,
	    (off_t)start);

	if (got == 0)
		return error_set(err, "read: it ends too early");
	if (got < 0)
		return error_errno(err, "read");
	if (file_write_position(transfer->to, transfer->chunk, (size_t)got,
	    start + (uint64_t)transfer->shift, err) < 0)
		return -1;
	return got;
}

static int
copy_data(struct transfer *transfer, uint64_t start, uint64_t length,
    struct error *err)
{
	while (length) {
		size_t part = length < CHUNK ? (size_t)length : CHUNK;
		ssize_t got;

		if (interrupt_check(err) < 0)
			return -1;
		got = copy_in_kernel(transfer, start, part);
		if (got < 0)
			return error_errno(err, "write");
		if (got == 0)
			got = copy_by_reading(transfer, start, part, err);
		if (got < 0)
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

	/* A block device knows of no holes. */
	if (place < 0 && errno == EINVAL && what == SEEK_DATA)
		return from;
	return place < 0 || (uint64_t)place > end ? end : (uint64_t)place;
}

static int
transfer_range(struct transfer *transfer, uint64_t start, uint64_t end,
    bool with_holes, struct error *err)
{
	while (start < end) {
		uint64_t data = seek(transfer->from, start, SEEK_DATA, end);
		uint64_t hole = seek(transfer->from, data, SEEK_HOLE, end);

		if (with_holes && data > start && transfer_zeros(transfer, start,
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

void
transfer_start(struct transfer *transfer, int from, int to)
{
	*transfer = (struct transfer){
		.from = from, .to = to, .chunk = memory_zeroed(CHUNK, 1),
	};
}

int
transfer_begin(struct transfer *transfer, int from, int device,
    struct error *err)
{
	off_t size = lseek(device, 0, SEEK_END);

	transfer_start(transfer, from, device);
	/* copy_file_range is for files. */
	transfer->reads = true;
	if (size < 2 * ENDS)
		return error_set(err, "the device is too small");
	if (transfer_zeros(transfer, 0, ENDS, err) < 0)
		return -1;
	return transfer_zeros(transfer, (uint64_t)size - ENDS, ENDS, err);
}

int
transfer_whole(int from, int device, struct error *err)
{
	auto_transfer struct transfer transfer = {0};
	off_t size = lseek(from, 0, SEEK_END);

	if (transfer_begin(&transfer, from, device, err) < 0)
		return -1;
	return transfer_data(&transfer, 0, (uint64_t)size, err);
}

void
transfer_release(struct transfer *transfer)
{
	free(transfer->chunk);
}
