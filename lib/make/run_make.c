#include "make/run.h"

#include "base/cleanup.h"
#include "guest/access.h"
#include "make/run_commit.h"
#include "make/run_install.h"
#include "make/run_stamp.h"
#include "make/run_tree.h"

static int
make_root(struct run *run, struct commit *files, struct error *err)
{
	if (!run_base_is_shared(run))
		return run_tree_make(run, files, err);
	if (run->base == &run->own_base &&
	    run_base_make(run->base, run, err) < 0)
		return -1;
	return run_stamp(run, files, err);
}

/* Swap space takes nothing of the root. */
static int
make_swaps(struct run *run, struct error *err)
{
	vector_each(disk, &run->disks)
		if (guest_disk_is_swap(disk->disk) &&
		    run_disk_make(disk, err) < 0)
			return -1;
	return 0;
}

/* The last that can fail before the first is seen. */
static int
finish_disks(struct run *run, struct error *err)
{
	vector_each(disk, &run->disks)
		if (guest_disk_is_written(disk->disk) &&
		    run_disk_finish(disk, err) < 0)
			return -1;
	return 0;
}

static int
make_all(struct run *run, struct error *err)
{
	auto_commit struct commit files = {0};

	if (run->guest->iso ? run_install_make(run, &files, err) < 0
	    : make_root(run, &files, err) < 0 || make_swaps(run, err) < 0)
		return -1;
	if (finish_disks(run, err) < 0)
		return -1;
	return run_commit(run, &files, err);
}

/* For an ssh server, if there will be one, and the user-data is ours. */
static int
make_host_keys(struct run *run, struct error *err)
{
	if (!run->base || run->guest->user_data)
		return 0;
	vector_each(item, &run->base->root_plan.plan)
		if (view_is(item->package->name, "openssh-server")) {
			events_step(run->events, "making ssh host keys");
			return guest_make_host_keys(run->guest, run->suite,
			    run->events, err);
		}
	return 0;
}

int
run_make(struct run *run, struct error *err)
{
	if (make_host_keys(run, err) < 0)
		return -1;
	if (make_all(run, err) == 0) {
		cleanup_close(&run->lock);
		run->lock = -1;
		return 0;
	}
	vector_each(disk, &run->disks)
		if (disk->target.kind == TARGET_BLOCK && disk->is_touched &&
		    disk->target.fd >= 0 && !disk->volume.is_made)
			return error_suffix(err, "; '%s' was being written and "
			    "holds nothing of use now", disk->target.path);
	return err->kind == ERROR_INTERRUPTED
	    ? error_suffix(err, "; nothing was changed") : -1;
}
