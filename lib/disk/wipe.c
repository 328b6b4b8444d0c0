#include "disk/wipe.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/interrupt.h"

/* The kernel's own zeros leave out what the device could do better. */
enum {
	BY_DEVICE = FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
	BY_WRITING = FALLOC_FL_ZERO_RANGE | FALLOC_FL_KEEP_SIZE,
};

enum { SAMPLES = 64, SAMPLE_SIZE = 4096 };

static const uint64_t chunk = 64 << 20;

static uint64_t
device_size(const struct target *target)
{
	off_t end = lseek(target->fd, 0, SEEK_END);

	return end < 0 ? 0 : (uint64_t)end;
}

/* 1 done, 0 the device cannot do it that way, -1 failed. */
static int
wipe_device(const struct target *target, int how, struct events *events,
    struct error *err)
{
	uint64_t size = device_size(target);

	for (uint64_t start = 0; start < size; start += chunk) {
		uint64_t length = size - start < chunk ? size - start : chunk;

		if (interrupt_check(err) < 0)
			return -1;
		if (fallocate(target->fd, how, (off_t)start,
		    (off_t)length) < 0)
			return errno == EOPNOTSUPP ? 0 : error_errno(err,
			    "wipe '%s'", target->path);
		events_progress(events, EVENT_BYTES, start + length, size);
	}
	return 1;
}

static bool
is_zero(const char *bytes, size_t length)
{
	return !length || (!*bytes && !memcmp(bytes, bytes + 1, length - 1));
}

/* Samples tell: an empty device is not worth a warning. */
static bool
holds_something(const struct target *target)
{
	uint64_t size = device_size(target);
	char sample[SAMPLE_SIZE];

	for (uint64_t i = 0; i < SAMPLES; i++) {
		uint64_t place = size / SAMPLES * i / SAMPLE_SIZE *
		    SAMPLE_SIZE;
		ssize_t got = pread(target->fd, sample, sizeof(sample),
		    (off_t)place);

		if (got > 0 && !is_zero(sample, (size_t)got))
			return true;
	}
	return target->former != NULL;
}

int
target_wipe(const struct target *target, bool always, struct events *events,
    struct error *err)
{
	int result;

	if (target->kind == TARGET_IMAGE)
		return 0;
	events_step(events, "wiping the disk");
	result = wipe_device(target, BY_DEVICE, events, err);
	if (result == 0 && always)
		result = wipe_device(target, BY_WRITING, events, err);
	if (result == 0 && always)
		return error_set(err, "'%s' cannot be wiped", target->path);
	if (result == 0 && holds_something(target))
		events_warn(events, "the guest can read what was on '%s' "
		    "before, where it does not write; --wipe zeroes all of it",
		    target->path);
	return result < 0 ? -1 : 0;
}

/* Up to the end of the data that begins at `start`. */
static int
wipe_data(int fd, off_t start, off_t end, off_t size, struct events *events,
    struct error *err)
{
	static const char zeros[1 << 20];

	while (start < end) {
		size_t left = (size_t)(end - start);
		size_t length = left < sizeof(zeros) ? left : sizeof(zeros);

		if (interrupt_check(err) < 0 || file_write_position(fd, zeros,
		    length, start, err) < 0)
			return -1;
		start += (off_t)length;
		events_progress(events, EVENT_BYTES, (uint64_t)start,
		    (uint64_t)size);
	}
	return 0;
}

int
image_wipe(const char *path, struct events *events, struct error *err)
{
	auto_close int fd = open(path, O_WRONLY | O_NOFOLLOW | O_CLOEXEC);
	off_t size = fd < 0 ? -1 : lseek(fd, 0, SEEK_END), start, end = 0;

	if (size < 0)
		return error_errno(err, "open '%s'", path);
	events_step(events, "wiping the disk");
	while ((start = lseek(fd, end, SEEK_DATA)) >= 0) {
		end = lseek(fd, start, SEEK_HOLE);
		if (end < 0 ||
		    wipe_data(fd, start, end, size, events, err) < 0)
			return err->text ? error_prefix(err, "wipe '%s'", path)
			    : error_errno(err, "wipe '%s'", path);
	}
	return fsync(fd) < 0 ? error_errno(err, "wipe '%s'", path) : 0;
}
