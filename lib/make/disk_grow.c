#include "make/disk_grow.h"

#include <unistd.h>

#include "disk/filesystem_grow.h"

static int
grow_sizes(struct disk_grow *grow, struct error *err)
{
	off_t size = lseek(grow->disk.target.fd, 0, SEEK_END);

	if (size < 0)
		return error_errno(err, "size of '%s'",
		    grow->disk.target.path);
	grow->before = (uint64_t)size;
	if (!grow->size)
		grow->size = grow->before;
	if (grow->size < grow->before)
		return error_usage(err, "'%s' is larger than that already, and "
		    "grow makes nothing smaller", grow->disk.target.path);
	if (grow->disk.target.kind == TARGET_BLOCK &&
	    grow->size > grow->before)
		return error_usage(err, "'%s' is a device; make that larger "
		    "first", grow->disk.target.path);
	return 0;
}

int
disk_grow_plan(struct disk_grow *grow, struct error *err)
{
	int fd;

	grow->disk = IN_PLACE_NONE;
	if (in_place_open(&grow->disk, grow->path, grow->dry_run, err) < 0 ||
	    grow_sizes(grow, err) < 0)
		return -1;
	fd = grow->disk.target.fd;
	events_step(grow->events, "checking the filesystem");
	if (signature_read(fd, &grow->signature, err) < 0 ||
	    filesystem_grow_check(fd, &grow->signature, grow->events,
	    err) < 0)
		return error_prefix(err, "'%s'", grow->disk.target.path);
	return 0;
}

int
disk_grow_make(struct disk_grow *grow, struct error *err)
{
	int fd = grow->disk.target.fd;

	events_step(grow->events, "growing the filesystem");
	if (grow->size > grow->before && ftruncate(fd, (off_t)grow->size) < 0)
		return error_errno(err, "size of '%s'",
		    grow->disk.target.path);
	if (filesystem_grow(fd, grow->size, &grow->signature, grow->events,
	    err) < 0)
		return error_prefix(err, "growing '%s'", grow->disk.target.path);
	events_step(grow->events, "syncing the disk");
	return in_place_commit(&grow->disk, err);
}

void
disk_grow_release(struct disk_grow *grow)
{
	in_place_release(&grow->disk);
	signature_release(&grow->signature);
}
