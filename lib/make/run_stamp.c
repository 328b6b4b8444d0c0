#include "make/run_stamp.h"

#include <errno.h>

#include "guest/boot_files.h"
#include "make/run_commit.h"
#include "make/run_root.h"
#include "tree/stamp.h"

#define auto_stamp __attribute__((cleanup(stamp_end)))

static void
stamp_end(struct stamp **stamp)
{
	stamp_free(*stamp);
}

static int
copy_boot_files(struct run *run, struct tree_edit *edit, struct error *err)
{
	struct boot_files *files = &run->boot_files;

	if (!run->kernel || run->guest->kernel)
		return 0;
	events_step(run->events, "extracting the kernel");
	if (boot_files_new(files, err) < 0)
		return -1;
	return boot_files_copy(edit, files->kernel, files->initrd, err);
}

static int
make_own(struct run *run, const struct stamp *stamp, struct error *err)
{
	struct tree_edit *edit = stamp_edit(stamp);

	if (run_root_personalise(run, edit, run->events, err) < 0)
		return err->number == ENOSPC ? error_suffix(err, "; ask for "
		    "a larger disk with --size") : -1;
	return copy_boot_files(run, edit, err);
}

int
run_stamp(struct run *run, struct commit *files, struct error *err)
{
	struct run_disk *disk = run->disks.items;
	const struct ext_identity identity = {
		disk->disk->uuid, disk->disk->label,
	};
	auto_stamp struct stamp *stamp = stamp_new(run->base->image, err);

	if (!stamp || stamp_identify(stamp, &identity, err) < 0 ||
	    make_own(run, stamp, err) < 0)
		return -1;
	disk->used = run->base->used;
	if (run_commit_begin(run, files, err) < 0)
		return -1;
	events_step(run->events, "filling the disk");
	if (run_disk_clone(disk, run->base->image, err) < 0)
		return -1;
	return stamp_put(stamp, run_disk_fd(disk), err) < 0
	    ? error_prefix(err, "'%s'", disk->target.path) : 0;
}
