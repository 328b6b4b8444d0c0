#include "keep/update.h"

#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/memory.h"
#include "disk/ext_state.h"
#include "disk/raw_disk.h"
#include "guest/identity.h"
#include "guest/state.h"
#include "make/disk_format.h"

/* --- may it be? ----------------------------------------------------------- */

static int
check_guest(const struct update *update, struct error *err)
{
	const struct manifest *manifest = &update->manifest;

	if (!manifest->suite)
		return error_set(err, "'%s' was made by an installer, and what "
		    "it is made of is not known", update->name);
	if (running_has(&update->claims.running, update->name))
		return error_set(err, "domain '%s' is running; shut it down "
		    "first: xl shutdown -w %s", update->name, update->name);
	return claims_check_idle(&update->claims,
	    manifest->disks.items[0].path, err);
}

/* Packages have files everywhere but in these. */
static bool
is_of_packages(const char *mount)
{
	static const char *const others[] = {
		"/", "/home", "/srv", "/mnt", "/media", "/tmp",
	};

	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
		size_t length = strlen(others[i]);

		if (!strcmp(mount, others[i]) || (i > 0 &&
		    !strncmp(mount, others[i], length) &&
		    mount[length] == '/'))
			return false;
	}
	return true;
}

static int
check_disks(const struct manifest *manifest, struct error *err)
{
	const struct guest_disk *root = manifest->disks.items;

	if (guest_disk_is_network(root) || !root->fs ||
	    strncmp(root->fs, "ext", 3))
		return error_set(err, "'%s' is no disk with ext2, ext3 or "
		    "ext4, which alone can be read here", root->path);
	vector_each(disk, &manifest->disks)
		if (disk->mount && is_of_packages(disk->mount))
			return error_set(err, "'%s' has %s on another disk; "
			    "start it, and upgrade it there", manifest->name,
			    disk->mount);
	return 0;
}

/* --- the disk ------------------------------------------------------------- */

/* As large as it is now, which may be more than it was made with. */
static int
open_image(struct update *update, uint64_t *size, struct error *err)
{
	const struct guest_disk *root = update->manifest.disks.items;
	auto_close int disk = raw_disk_open(root->path,
	    guest_disk_is_qcow2(root), update->events, err);
	off_t end = disk < 0 ? -1 : lseek(disk, 0, SEEK_END);

	if (disk < 0)
		return -1;
	*size = end > 0 ? (uint64_t)end : 0;
	update->image = raw_disk_filesystem(disk, root->table, err);
	if (update->image < 0 || ext_state_check(update->image, err) < 0)
		return error_prefix(err, "'%s'", root->path);
	return 0;
}

/* Only what belongs to a directory's index is made anew. */
static void
set_ids(struct guest_disk *root, const char *name)
{
	const struct identity identity = {name, NULL};
	auto_free char *uuid = memory_string(root->uuid);

	guest_disk_make_ids(root, &identity);
	if (!uuid)
		return;
	free(root->uuid);
	root->uuid = steal_pointer(&uuid);
}

static int
plan_disk(struct update *update, uint64_t size, struct error *err)
{
	struct guest_disk *root = update->manifest.disks.items;
	struct run_disk *disk = &update->disk;

	root->size = size;
	set_ids(root, update->name);
	update->guest = (struct guest){
		.name = memory_string(update->name), .force = true,
		.architecture = memory_string(update->manifest.architecture),
	};
	disk->disk = root;
	disk->claims = &update->claims;
	disk->gate.locks = update->locks;
	disk->gate.looks_only = update->dry_run;
	disk->suite = suite_find(update->suites, update->manifest.suite, err);
	if (!disk->suite || run_disk_plan(disk, &update->guest, err) < 0)
		return -1;
	disk->events = update->events;
	return disk->target.kind == TARGET_IMAGE || update->in_place ? 0
	    : error_set(err, "'%s' is a device, which would be written over; "
	    "--in-place does, after the guest is upgraded elsewhere",
	    root->path);
}

int
update_plan(struct update *update, struct error *err)
{
	auto_free char *state = state_directory();
	int found = manifest_read(update->name, &update->manifest, err);
	uint64_t size;

	if (found <= 0)
		return found < 0 ? -1 : error_set(err, "no guest '%s' was made "
		    "here", update->name);
	update->locks = memory_printf("%s/locks", state);
	if (!update->dry_run) {
		update->lock = guest_lock(update->name, err);
		if (update->lock < 0)
			return -1;
	}
	update->suites = suite_table_read(err);
	if (!update->suites || claims_read(&update->claims,
	    disk_format_cfg_directory(), err) < 0 ||
	    check_guest(update, err) < 0 ||
	    check_disks(&update->manifest, err) < 0 ||
	    open_image(update, &size, err) < 0)
		return -1;
	return plan_disk(update, size, err);
}
