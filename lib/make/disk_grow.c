#include "make/disk_grow.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/memory.h"
#include "disk/filesystem_grow.h"
#include "guest/state.h"
#include "make/claims.h"
#include "make/disk_format.h"

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

/* What is there is ours to change; all other refusals stand. */
static int
grow_target(struct disk_grow *grow, struct error *err)
{
	auto_claims struct claims claims = {0};
	auto_free char *state = state_directory();
	struct target *target = &grow->target;
	struct stat status;

	if (stat(grow->path, &status) < 0)
		return error_errno(err, "'%s'", grow->path);
	if (claims_read(&claims, disk_format_cfg_directory(), err) < 0 ||
	    claims_check_idle(&claims, grow->path, err) < 0)
		return -1;
	grow->locks = memory_printf("%s/locks", state);
	grow->gate = (struct target_gate){
		.replace = true, .overwrite = true, .locks = grow->locks,
		.looks_only = grow->dry_run,
	};
	if (target_check(target, grow->path, S_ISREG(status.st_mode)
	    ? (uint64_t)status.st_size : 0, &grow->gate, err) < 0)
		return -1;
	return target_begin_in_place(target, &grow->gate, err);
}

int
disk_grow_plan(struct disk_grow *grow, struct error *err)
{
	int fd;

	grow->target = TARGET_NONE;
	if (grow_target(grow, err) < 0 || grow_sizes(grow, err) < 0)
		return -1;
	fd = grow->target.fd;
	events_step(grow->events, "checking the filesystem");
	if (signature_read(fd, &grow->signature, err) < 0 ||
	    filesystem_grow_check(fd, &grow->signature, grow->events,
	    err) < 0)
		return error_prefix(err, "'%s'", grow->target.path);
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
	return target_commit(&grow->target, &grow->gate, err);
}

void
disk_grow_release(struct disk_grow *grow)
{
	target_release(&grow->target);
	signature_release(&grow->signature);
	free(grow->locks);
}
