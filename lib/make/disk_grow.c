#include "make/disk_grow.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "disk/filesystem_grow.h"
#include "make/claims.h"
#include "make/disk_format.h"

/* What is there is ours to change; all other refusals stand. */
static const struct target_gate gate = {.replace = true, .overwrite = true};

static int
grow_sizes(struct disk_grow *grow, struct error *err)
{
	off_t size = lseek(grow->target.fd, 0, SEEK_END);

	if (size < 0)
		return error_errno(err, "size of '%s'", grow->target.path);
	grow->before = (uint64_t)size;
	if (!grow->size)
		grow->size = grow->before;
	if (grow->size < grow->before)
		return error_usage(err, "'%s' is larger than that already, and "
		    "grow makes nothing smaller", grow->target.path);
	if (grow->target.kind == TARGET_BLOCK && grow->size > grow->before)
		return error_usage(err, "'%s' is a device; make that larger "
		    "first", grow->target.path);
	return 0;
}

int
disk_grow_plan(struct disk_grow *grow, struct error *err)
{
	struct target *target = &grow->target;
	auto_claims struct claims claims = {0};
	struct stat status;

	*target = TARGET_NONE;
	if (stat(grow->path, &status) < 0)
		return error_errno(err, "'%s'", grow->path);
	if (claims_read(&claims, disk_format_cfg_directory(), err) < 0 ||
	    claims_check_idle(&claims, grow->path, err) < 0)
		return -1;
	if (target_check(target, grow->path, S_ISREG(status.st_mode)
	    ? (uint64_t)status.st_size : 0, &gate, err) < 0 ||
	    target_begin_in_place(target, &gate, err) < 0 ||
	    grow_sizes(grow, err) < 0)
		return -1;
	events_step(grow->events, "checking the filesystem");
	if (signature_read(target->fd, &grow->signature, err) < 0 ||
	    filesystem_grow_check(target->fd, &grow->signature, grow->events,
	    err) < 0)
		return error_prefix(err, "'%s'", target->path);
	return 0;
}

int
disk_grow_make(struct disk_grow *grow, struct error *err)
{
	int fd = grow->target.fd;

	events_step(grow->events, "growing the filesystem");
	if (grow->size > grow->before && ftruncate(fd, (off_t)grow->size) < 0)
		return error_errno(err, "size of '%s'", grow->target.path);
	if (filesystem_grow(fd, grow->size, &grow->signature, grow->events,
	    err) < 0)
		return error_prefix(err, "growing '%s'", grow->target.path);
	events_step(grow->events, "syncing the disk");
	return target_commit(&grow->target, &gate, err);
}

void
disk_grow_release(struct disk_grow *grow)
{
	target_release(&grow->target);
	signature_release(&grow->signature);
}
