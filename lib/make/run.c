#include "make/run.h"

#include "base/cleanup.h"
#include "base/memory.h"
#include "base/size.h"
#include "guest/state.h"
#include "make/run_answers.h"
#include "make/run_seed.h"

/* An image's lock is named after its directory, which may be yet to be made. */
static void
disk_writes(const struct run *run, const struct run_disk *disk,
    struct strings *writes)
{
	auto_free char *text = run_disk_text(disk);
	const char *lock = target_lock_path(&disk->target);

	if (disk->volume.family && !disk->volume.is_there)
		strings_printf(writes, "volume %s (new)", disk->disk->path);
	else if (lock)
		strings_printf(writes, "lock %s", lock);
	else
		strings_printf(writes, "lock %s/image:ID (of a directory that "
		    "is not there yet)", run->locks);
	strings_printf(writes, "disk %s", text);
}

void
run_writes(const struct run *run, struct strings *writes)
{
	const struct guest *guest = run->guest;
	auto_free char *state = state_directory();

	strings_printf(writes, "lock %s/locks/%s", state, guest->name);
	vector_each(directory, &run->directories)
		strings_printf(writes, "directory %s", *directory);
	vector_each(disk, &run->disks)
		if (guest_disk_is_written(disk->disk))
			disk_writes(run, disk, writes);
	strings_printf(writes, "domain file %s", run->cfg);
	if (guest->autostart)
		strings_printf(writes, "link %s", run->autostart);
	if (run->kernel && !guest->kernel) {
		strings_printf(writes, "kernel %s", run->kernel);
		strings_printf(writes, "ramdisk %s", run->ramdisk);
	}
	if (run->seed)
		strings_printf(writes, "seed %s", run->seed);
	if (run_seed_old(run))
		strings_printf(writes, "seed %s (removed)", run_seed_old(run));
	if (run->answers.medium)
		strings_printf(writes, "answers %s", run->answers.medium);
	if (run->answers.floppy)
		strings_printf(writes, "answers %s", run->answers.floppy);
	if (run->password_file)
		strings_printf(writes, "password %s", run->password_file);
	strings_printf(writes, "manifest %s/guests/%s", state, guest->name);
}

void
run_release(struct run *run)
{
	run_base_release(&run->own_base);
	strings_release(&run->request.include);
	strings_release(&run->request.components);
	divert_directory_release(&run->request.divert);
	strings_release(&run->request.mirrors);
	strings_release(&run->request.trust.keyrings);
	root_sources_release(&run->request.given);
	vector_each(disk, &run->disks)
		run_disk_release(disk);
	vector_release(&run->disks);
	claims_release(&run->own_claims);
	roles_release(&run->roles);
	hook_list_release(&run->base_hooks);
	hook_list_release(&run->hooks);
	buffer_release(&run->description);
	manifest_release(&run->before);
	medium_release(&run->medium);
	run_answers_release(&run->answers);
	strings_release(&run->directories);
	free(run->locks);
	free(run->password_file);
	free(run->cfg);
	free(run->seed);
	free(run->autostart);
	free(run->kernel);
	free(run->ramdisk);
	boot_files_release(&run->boot_files);
	free(run->cache_directory);
	suite_table_free(run->own_suites);
	cleanup_close(&run->lock);
}
