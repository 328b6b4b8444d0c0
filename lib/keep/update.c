#include "keep/update.h"

#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/apart.h"
#include "base/cleanup.h"
#include "base/file.h"
#include "base/interrupt.h"
#include "guest/boot_files.h"
#include "install/sandbox.h"
#include "keep/update_place.h"
#include "keep/update_root.h"
#include "make/commit.h"
#include "make/run_part.h"

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
