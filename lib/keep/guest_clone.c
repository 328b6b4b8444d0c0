#include "keep/guest_clone.h"

#include <fcntl.h>
#include <string.h>

#include "base/apart.h"
#include "base/cleanup.h"
#include "base/file.h"
#include "base/interrupt.h"
#include "base/memory.h"
#include "guest/boot_files.h"
#include "guest/guest_name.h"
#include "guest/state.h"
#include "keep/cfg_guest.h"
#include "keep/clone_manifest.h"
#include "make/commit.h"
#include "make/disk_format.h"

/* --- may it be? ----------------------------------------------------------- */

static int
lock_guests(struct guest_clone *clone, struct error *err)
{
	const char *names[] = {clone->from, clone->guest->name};

	for (size_t i = 0; i < 2 && !clone->dry_run; i++) {
		clone->locks[i] = guest_lock(names[i], err);
		if (clone->locks[i] < 0)
			return -1;
	}
	return 0;
}

/* A manifest of what is not there is not read. */
static int
check_names(const struct guest_clone *clone, struct error *err)
{
	const char *name = clone->guest->name;
	auto_manifest struct manifest manifest = {0};
	int found;

	if (guest_name_check(name, err) < 0)
		return -1;
	if (!strcmp(name, clone->from))
		return error_usage(err, "a clone needs another name than '%s'",
		    name);
	found = manifest_read(name, &manifest, err);
	if (found > 0)
		return error_set(err, "there is a guest '%s' already; "
		    "mkguest-delete removes it", name);
	return found;
}

static int
check_old(const struct guest_clone *clone, struct error *err)
{
	const struct manifest *old = &clone->old;

	if (!old->suite)
		return error_set(err, "'%s' was made by an installer, and what "
		    "it is made of is not known", old->name);
	if (old->seed)
		return error_set(err, "'%s' has its identity from cloud-init, "
		    "and would keep it; make another guest with mkguest",
		    old->name);
	if (running_has(&clone->claims.running, old->name))
		return error_set(err, "domain '%s' is running; shut it down "
		    "first: xl shutdown -w %s", old->name, old->name);
	return 0;
}

/* --- planning ------------------------------------------------------------- */

static int
plan_begin(struct guest_clone *clone, struct error *err)
{
	auto_free char *state = state_directory();
	int found = manifest_read(clone->from, &clone->old, err);

	if (found <= 0)
		return found < 0 ? -1 : error_set(err, "no guest '%s' was made "
		    "here", clone->from);
	clone->lock_directory = memory_printf("%s/locks", state);
	if (check_names(clone, err) < 0 || lock_guests(clone, err) < 0 ||
	    claims_read(&clone->claims, disk_format_cfg_directory(), err) < 0)
		return -1;
	return check_old(clone, err);
}

static int
plan_disks(struct guest_clone *clone, struct error *err)
{
	for (size_t i = 0; i < clone->new.disks.count; i++) {
		struct clone_disk *disk = vector_push(&clone->disks);

		*disk = (struct clone_disk){
			.old = &clone->old.disks.items[i],
			.new = &clone->new.disks.items[i],
			.claims = &clone->claims, .events = clone->events,
			.gate = {.locks = clone->lock_directory,
			    .looks_only = clone->dry_run},
			CLONE_DISK_NONE,
		};
		if (clone_disk_plan(disk, clone->guest->name, err) < 0)
			return -1;
	}
	return 0;
}

/* What is there is looked at, so that all can be said before it is copied. */
static int
plan_setup(struct guest_clone *clone, struct error *err)
{
	struct setup *setup = &clone->setup;
	struct guest *guest = clone->guest;

	guest->is_clone = guest->reset = true;
	if (!guest->hostname)
		guest->hostname = memory_string(guest->name);
	setup->guest = guest;
	setup->path = clone->old.disks.items[0].path;
	setup->image = clone->disks.items[0].fd;
	setup->events = clone->events;
	return setup_plan(setup, err);
}

static int
plan_cfg(const struct guest_clone *clone, struct error *err)
{
	if (file_exists(AT_FDCWD, clone->new.cfg))
		return error_set(err, "'%s' is there already; remove it, or "
		    "say --cfg-dir", clone->new.cfg);
	return claims_check_nics(&clone->claims, clone->guest->name,
	    &clone->new.nics, err);
}

int
guest_clone_plan(struct guest_clone *clone, struct error *err)
{
	if (plan_begin(clone, err) < 0 || clone_manifest_begin(&clone->new,
	    &clone->old, clone->guest, err) < 0 ||
	    plan_disks(clone, err) < 0 || plan_setup(clone, err) < 0 ||
	    clone_manifest_finish(&clone->new, &clone->old, clone->guest,
	    err) < 0)
		return -1;
	return plan_cfg(clone, err);
}

void
guest_clone_writes(const struct guest_clone *clone, struct strings *writes)
{
	const struct manifest *new = &clone->new;
	auto_free char *state = state_directory();

	vector_each(disk, &clone->disks)
		strings_printf(writes, "disk %s (of %s)", disk->target.path,
		    disk->old->path);
	strings_printf(writes, "domain file %s", new->cfg);
	if (new->boot && !strcmp(new->boot, "direct")) {
		strings_printf(writes, "kernel %s", new->kernel);
		strings_printf(writes, "ramdisk %s", new->ramdisk);
	}
	strings_printf(writes, "manifest %s/guests/%s", state, new->name);
}

/* --- making --------------------------------------------------------------- */

static int
add_boot_files(const struct guest_clone *clone, struct commit *files,
    struct error *err)
{
	const struct manifest *new = &clone->new;
	auto_boot_files struct boot_files boot = BOOT_FILES_NONE;

	if (!new->boot || strcmp(new->boot, "direct"))
		return 0;
	if (boot_files_read(clone->disks.items[0].target.fd, &boot, err) < 0)
		return -1;
	if (boot.initrd < 0)
		return error_set(err, "there is no initrd on '%s'",
		    clone->old.disks.items[0].path);
	return commit_add_memory(files, new->kernel, boot.kernel, 0644,
	    err) < 0 ? -1 : commit_add_memory(files, new->ramdisk,
	    boot.initrd, 0644, err);
}

static int
add_cfg(const struct guest_clone *clone, struct commit *files,
    struct error *err)
{
	struct buffer text = {0};
	mode_t mode;
	int result = cfg_text(&clone->new, &text, &mode, err);

	if (result == 0)
		result = commit_add(files, clone->new.cfg, &text, mode, err);
	memory_free_secret(buffer_steal(&text));
	return result;
}

/* The manifest first, as what follows is this guest's then. */
static int
add_files(const struct guest_clone *clone, struct commit *files,
    struct error *err)
{
	auto_free char *path = state_path("guests", clone->new.name, err);
	auto_buffer struct buffer text = {0};

	if (!path)
		return -1;
	manifest_text(&clone->new, &text);
	if (commit_add(files, path, &text, MANIFEST_MODE, err) < 0)
		return -1;
	return add_cfg(clone, files, err) < 0 ? -1
	    : add_boot_files(clone, files, err);
}

struct clone_commit {
	struct guest_clone *clone;
	struct commit *files;
};

static int
name_all(const struct clone_commit *all, struct error *err)
{
	vector_each(disk, &all->clone->disks)
		if (target_name(&disk->target, &disk->gate, err) < 0)
			return -1;
	return commit_name(all->files, err);
}

static int
put_all(const struct clone_commit *all, struct error *err)
{
	if (commit_put(all->files, err) < 0)
		return -1;
	vector_each(disk, &all->clone->disks)
		if (target_put(&disk->target, &disk->gate, err) < 0)
			return error_suffix(err, "; '%s' is not complete: "
			    "mkguest-delete it", all->clone->new.name);
	return 0;
}

/* In a process of its own, whose temporary names nobody else knows. */
static int
commit_all(void *context, struct error *err)
{
	const struct clone_commit *all = context;

	if (name_all(all, err) == 0 && put_all(all, err) == 0)
		return 0;
	vector_each(disk, &all->clone->disks)
		target_unname(&disk->target);
	commit_release(all->files);
	return -1;
}

static int
sync_disks(struct guest_clone *clone, struct error *err)
{
	events_step(clone->events, "syncing the disk");
	vector_each(disk, &clone->disks)
		if (target_sync(&disk->target, err) < 0)
			return -1;
	return interrupt_check(err);
}

static int
settle(struct guest_clone *clone, const struct commit *files,
    struct error *err)
{
	vector_each(disk, &clone->disks)
		if (target_settle(&disk->target, err) < 0)
			return -1;
	return commit_settle(files, err);
}

int
guest_clone_make(struct guest_clone *clone, struct error *err)
{
	auto_commit struct commit files = {0};
	struct clone_commit all = {clone, &files};

	vector_each(disk, &clone->disks)
		if (clone_disk_make(disk, err) < 0)
			return -1;
	events_step(clone->events, "personalising");
	clone->setup.path = clone->disks.items[0].target.path;
	clone->setup.image = clone->disks.items[0].target.fd;
	if (setup_run(&clone->setup, err) < 0 ||
	    add_files(clone, &files, err) < 0 || sync_disks(clone, err) < 0 ||
	    apart_run(commit_all, &all, err) < 0)
		return -1;
	return settle(clone, &files, err);
}

void
guest_clone_release(struct guest_clone *clone)
{
	vector_each(disk, &clone->disks)
		clone_disk_release(disk);
	vector_release(&clone->disks);
	setup_release(&clone->setup);
	claims_release(&clone->claims);
	manifest_release(&clone->old);
	manifest_release(&clone->new);
	free(clone->lock_directory);
	cleanup_close(&clone->locks[0]);
	cleanup_close(&clone->locks[1]);
}
