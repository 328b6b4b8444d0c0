#include "make/update.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/apart.h"
#include "base/cleanup.h"
#include "base/file.h"
#include "base/interrupt.h"
#include "base/memory.h"
#include "disk/ext_state.h"
#include "disk/raw_disk.h"
#include "guest/boot_files.h"
#include "guest/identity.h"
#include "guest/state.h"
#include "install/sandbox.h"
#include "make/commit.h"
#include "make/disk_format.h"
#include "make/run_part.h"
#include "make/update_place.h"
#include "make/update_root.h"

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

/* --- in the sandbox ------------------------------------------------------- */

enum { TAG_BYTES, TAG_INODES, TAG_BEGIN };

struct updating {
	struct update *update;
	const struct update_place *place;
	int changes;	/* a file in memory */
};

static int
inside_tell(const struct updating *updating, const struct strings *changes,
    struct error *err)
{
	auto_buffer struct buffer text = {0};

	vector_each(line, changes)
		buffer_printf(&text, "%s\n", *line);
	return file_write(updating->changes, text.data, text.length, err);
}

/* What is hidden below other mounts stays there. */
static int
inside_fill(const struct updating *updating, struct sandbox_inside *inside,
    int root, struct error *err)
{
	const struct run_disk *disk = &updating->update->disk;
	const struct guest_disks none = {0};
	auto_run_part struct run_part part = {.directory = -1};
	auto_close int fd = -1;
	uint64_t number;
	unsigned tag;

	if (run_part_open(&part, root, disk, &none, err) < 0 ||
	    sandbox_ask(inside, TAG_BYTES, part.walk.total, err) < 0 ||
	    sandbox_ask(inside, TAG_INODES, part.inodes, err) < 0 ||
	    sandbox_ask(inside, TAG_BEGIN, 0, err) < 0 ||
	    sandbox_receive(inside, &tag, &number, &fd, err) < 0)
		return -1;
	events_step(sandbox_events(inside), "filling the disk");
	return run_part_fill(&part, fd, sandbox_events(inside), err);
}

static int
inside_update(const struct updating *updating, struct sandbox_inside *inside,
    int root, struct error *err)
{
	struct update *update = updating->update;
	struct events *events = sandbox_events(inside);
	auto_strings struct strings changes = {0};

	events_step(events, "reading the disk");
	if (update_root_read(update->image, root, err) < 0)
		return error_prefix(err, "reading '%s'",
		    update->manifest.disks.items[0].path);
	/* the guest's programs cannot look into us, nor at what we have open */
	if (prctl(PR_SET_DUMPABLE, 0) < 0)
		return error_errno(err, "hide from the guest's programs");
	if (update_root_upgrade(root, &changes, events, err) < 0 ||
	    inside_tell(updating, &changes, err) < 0)
		return -1;
	return changes.count && !update->dry_run
	    ? inside_fill(updating, inside, root, err) : 0;
}

static int
inside_main(struct sandbox_inside *inside, void *context, struct error *err)
{
	const struct updating *updating = context;
	struct workspace workspace;
	int result;

	/* what the guest's programs could find in /proc */
	target_leave(&updating->update->disk.target);
	if (update_place_enter(updating->place, &workspace,
	    sandbox_events(inside), err) < 0)
		return -1;
	result = inside_update(updating, inside, workspace.root, err);
	workspace_release(&workspace);
	return result;
}

/* --- outside -------------------------------------------------------------- */

static int
outside_answer(struct update *update, struct sandbox *sandbox, unsigned tag,
    uint64_t number, struct error *err)
{
	struct run_disk *disk = &update->disk;

	switch (tag) {
	case TAG_BYTES:
		disk->used = number;
		return 0;
	case TAG_INODES:
		disk->filesystem.inodes = number;
		return 0;
	default:
		if (run_disk_check(disk, err) < 0 ||
		    run_disk_begin(disk, err) < 0 ||
		    run_disk_make(disk, err) < 0)
			return -1;
		return sandbox_send(sandbox, TAG_BEGIN, 0, run_disk_fd(disk),
		    err);
	}
}

static int
outside_main(struct updating *updating, struct error *err)
{
	struct update *update = updating->update;
	struct sandbox *sandbox = sandbox_start_mapped(inside_main, updating,
	    update->events, err);
	uint64_t number;
	unsigned tag;
	int asked = 0;

	if (!sandbox)
		return -1;
	while (asked == 0 &&
	    (asked = sandbox_next(sandbox, &tag, &number, err)) > 0)
		asked = outside_answer(update, sandbox, tag, number, err);
	sandbox_free(sandbox);
	return asked;
}

static int
read_changes(const struct updating *updating, struct error *err)
{
	auto_buffer struct buffer text = {0};

	if (lseek(updating->changes, 0, SEEK_SET) < 0)
		return error_errno(err, "read a file in memory");
	if (file_read(updating->changes, &text, err) < 0)
		return -1;
	strings_split(&updating->update->changes,
	    text.data ? text.data : "", "\n");
	strings_sort(&updating->update->changes);
	return 0;
}

static int
make_filesystem(struct update *update, struct error *err)
{
	auto_update_place struct update_place place = UPDATE_PLACE_NONE;
	auto_close int changes = memfd_create("changes", MFD_CLOEXEC);
	struct updating updating = {update, &place, changes};

	if (changes < 0)
		return error_errno(err, "make a file in memory");
	if (update_place_make(&place, update->cache_dir,
	    update->image, err) < 0 ||
	    outside_main(&updating, err) < 0)
		return -1;
	return read_changes(&updating, err);
}

/* --- the commit ----------------------------------------------------------- */

/* Copies of its kernel follow it. */
static int
add_boot_files(const struct update *update, struct commit *files,
    struct error *err)
{
	const struct manifest *manifest = &update->manifest;
	auto_boot_files struct boot_files boot = BOOT_FILES_NONE;

	if (!manifest->boot || strcmp(manifest->boot, "direct"))
		return 0;
	if (boot_files_read(run_disk_fd(&update->disk), &boot, err) < 0)
		return -1;
	if (boot.initrd < 0)
		return error_set(err, "there is no initrd in '%s' any more",
		    update->name);
	return commit_add_memory(files, manifest->kernel, boot.kernel, 0644,
	    err) < 0 ? -1 : commit_add_memory(files, manifest->ramdisk,
	    boot.initrd, 0644, err);
}

struct update_commit {
	struct update *update;
	struct commit *files;
};

/* In a process of its own, whose temporary names nobody else knows. */
static int
commit_all(void *context, struct error *err)
{
	const struct update_commit *all = context;
	struct run_disk *disk = &all->update->disk;

	if (run_disk_name(disk, err) == 0 && commit_name(all->files,
	    err) == 0 && run_disk_put(disk, err) == 0 &&
	    commit_put(all->files, err) == 0)
		return 0;
	target_unname(&disk->target);
	commit_release(all->files);
	return -1;
}

static int
commit_update(struct update *update, struct error *err)
{
	auto_commit struct commit files = {0};
	struct update_commit all = {update, &files};
	struct run_disk *disk = &update->disk;

	if (add_boot_files(update, &files, err) < 0 ||
	    run_disk_finish(disk, err) < 0)
		return -1;
	events_step(update->events, "syncing the disk");
	if (run_disk_sync(disk, err) < 0 || interrupt_check(err) < 0 ||
	    apart_run(commit_all, &all, err) < 0)
		return -1;
	run_disk_keep(disk);
	return run_disk_settle(disk, err) < 0 ? -1
	    : commit_settle(&files, err);
}

int
update_run(struct update *update, struct error *err)
{
	const struct run_disk *disk = &update->disk;
	int result = make_filesystem(update, err);

	if (result == 0 && (update->dry_run || !update->changes.count))
		return 0;
	if (result == 0)
		result = commit_update(update, err);
	if (result < 0 && disk->is_touched &&
	    disk->target.kind == TARGET_BLOCK)
		return error_suffix(err, "; '%s' was being written and holds "
		    "nothing of use now", disk->target.path);
	return result;
}

void
update_release(struct update *update)
{
	run_disk_release(&update->disk);
	guest_release(&update->guest);
	claims_release(&update->claims);
	suite_table_free(update->suites);
	manifest_release(&update->manifest);
	strings_release(&update->changes);
	free(update->locks);
	cleanup_close(&update->image);
	cleanup_close(&update->lock);
}
