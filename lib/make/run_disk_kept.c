#include "make/run_disk_kept.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "disk/clone.h"

int
run_disk_kept_find(struct run_disk *disk, uint64_t *size, struct error *err)
{
	const char *path = disk->disk->path;
	struct stat status;

	if (disk->table.kind)
		return error_usage(err, "--keep-filesystem is for a filesystem "
		    "without a partition table; leave out table=");
	if (guest_disk_is_qcow2(disk->disk))
		return error_usage(err, "--keep-filesystem is for devices and "
		    "raw images; '%s' is to be qcow2", path);
	if (stat(path, &status) < 0)
		return error_errno(err, "'%s', whose filesystem is to be kept",
		    path);
	if (!S_ISREG(status.st_mode))
		return 0;
	if (status.st_size == 0)
		return error_set(err, "'%s' is empty: there is no filesystem "
		    "to be kept", path);
	*size = (uint64_t)status.st_size;
	disk->gate.replace = true;
	return 0;
}

static int
look_at(struct run_disk *disk, int fd, struct error *err)
{
	signature_release(&disk->kept);
	if (filesystem_check_existing(fd, &disk->kept, disk->events, err) < 0)
		return error_prefix(err, "'%s'", disk->target.path);
	disk->filesystem.type = disk->kept.type;
	return 0;
}

int
run_disk_kept_look(struct run_disk *disk, struct error *err)
{
	auto_close int former = -1;

	if (disk->target.kind == TARGET_BLOCK)
		return look_at(disk, target_device(&disk->target), err);
	former = target_former(&disk->target, err);
	return former < 0 ? -1 : look_at(disk, former, err);
}

int
run_disk_kept_begin(struct run_disk *disk, struct error *err)
{
	auto_close int former = -1;

	if (disk->target.kind == TARGET_IMAGE) {
		former = target_former(&disk->target, err);
		if (former < 0)
			return -1;
		if (clone_image(former, disk->target.fd, err) < 0)
			return error_prefix(err, "copy '%s'",
			    disk->target.path);
	}
	return look_at(disk, disk->target.fd, err);
}
