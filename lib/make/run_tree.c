#include "make/run_tree.h"

#include <stdlib.h>

#include "base/cleanup.h"
#include "base/memory.h"
#include "guest/boot_files.h"
#include "make/run_commit.h"
#include "make/run_hooks.h"
#include "make/run_part.h"
#include "make/run_root.h"
#include "tree/edit.h"

/*
 * What the sandbox tells and asks: files for the kernel and initrd; of each
 * disk which one it is and what it is to hold, then that this was all; then a
 * filesystem on each.
 */
enum { TAG_BOOT_FILES, TAG_DISK, TAG_BYTES, TAG_INODES, TAG_MEASURED,
	TAG_BEGIN };

/* A root on its way to the disks. */
struct staging {
	struct run_root root;
	size_t measured;	/* the disk that is being told of */
	struct commit *files;	/* beside the disks */
};

/* --- in the sandbox ---------------------------------------------------- */

static int
inside_copy_boot_files(struct sandbox_inside *inside, struct tree_edit *edit,
    struct error *err)
{
	auto_close int kernel = -1;
	auto_close int initrd = -1;
	uint64_t number;
	unsigned tag;

	if (sandbox_ask(inside, TAG_BOOT_FILES, 0, err) < 0 ||
	    sandbox_receive(inside, &tag, &number, &kernel, err) < 0 ||
	    sandbox_receive(inside, &tag, &number, &initrd, err) < 0)
		return -1;
	events_step(sandbox_events(inside), "extracting the kernel");
	return boot_files_copy(edit, kernel, initrd, err);
}

static int
inside_personalise(struct run *run, struct sandbox_inside *inside, int root,
    struct error *err)
{
	struct tree_edit *edit = edit_directory_new(root, err);
	struct events *events = sandbox_events(inside);
	int result;

	if (!edit)
		return -1;
	result = run_root_personalise(run, edit, events, err);
	if (result == 0 && run->kernel && !run->guest->kernel)
		result = inside_copy_boot_files(inside, edit, err);
	if (result == 0)
		result = edit->finish(edit, err);
	edit->free(edit);
	return result < 0 ? -1 : run_hooks_personalise(run, root, events, err);
}

/* All parts are measured before the first disk is touched. */
static int
inside_measure(struct run *run, struct sandbox_inside *inside, int root,
    struct run_part *parts, struct error *err)
{
	for (size_t i = 0; i < run->disks.count; i++) {
		if (!run->disks.items[i].disk->mount)
			continue;
		if (run_part_open(&parts[i], root, &run->disks.items[i],
		    &run->guest->disks, err) < 0 ||
		    sandbox_ask(inside, TAG_DISK, i, err) < 0 ||
		    sandbox_ask(inside, TAG_BYTES, parts[i].walk.total,
		    err) < 0 ||
		    sandbox_ask(inside, TAG_INODES, parts[i].inodes, err) < 0)
			return -1;
	}
	return sandbox_ask(inside, TAG_MEASURED, 0, err);
}

/* *disk becomes the caller's. */
static int
inside_fill(struct run_part *part, struct sandbox_inside *inside, size_t i,
    int *disk, struct error *err)
{
	uint64_t number;
	unsigned tag;

	if (sandbox_ask(inside, TAG_BEGIN, i, err) < 0 ||
	    sandbox_receive(inside, &tag, &number, disk, err) < 0)
		return -1;
	events_step(sandbox_events(inside), "filling the disk");
	return run_part_fill(part, *disk, sandbox_events(inside), err);
}

static int
inside_fill_parts(struct run *run, struct sandbox_inside *inside,
    struct run_part *parts, struct error *err)
{
	auto_close int root = -1;

	for (size_t i = 0; i < run->disks.count; i++) {
		auto_close int disk = -1;

		if (!run->disks.items[i].disk->mount)
			continue;
		if (inside_fill(&parts[i], inside, i, &disk, err) < 0)
			return -1;
		if (i == 0)
			root = steal_fd(&disk);
	}
	return run_hooks_filled(run, root, sandbox_events(inside), err);
}

static int
inside_fill_all(struct run *run, struct sandbox_inside *inside, int root,
    struct error *err)
{
	struct run_part *parts =
	    memory_zeroed(run->disks.count, sizeof(*parts));
	int result;

	for (size_t i = 0; i < run->disks.count; i++)
		parts[i].directory = -1;
	result = inside_measure(run, inside, root, parts, err);
	if (result == 0)
		result = inside_fill_parts(run, inside, parts, err);
	for (size_t i = 0; i < run->disks.count; i++)
		run_part_release(&parts[i]);
	free(parts);
	return result;
}

static int
inside_complete(void *context, struct sandbox_inside *inside,
    const struct root_tree *tree, struct error *err)
{
	struct staging *staging = context;

	if (inside_personalise(staging->root.run, inside, tree->fd, err) < 0)
		return -1;
	return inside_fill_all(staging->root.run, inside, tree->fd, err);
}

/* --- outside: the disks ------------------------------------------------- */

static int
outside_send_boot_files(struct run *run, struct sandbox *sandbox,
    struct error *err)
{
	struct boot_files *files = &run->boot_files;

	if (boot_files_new(files, err) < 0 || sandbox_send(sandbox,
	    TAG_BOOT_FILES, 0, files->kernel, err) < 0)
		return -1;
	return sandbox_send(sandbox, TAG_BOOT_FILES, 0, files->initrd, err);
}

static int
outside_answer(void *context, struct sandbox *sandbox, unsigned tag,
    uint64_t number, struct error *err)
{
	struct staging *staging = context;
	struct run *run = staging->root.run;
	struct run_disk *disk = &run->disks.items[staging->measured];

	switch (tag) {
	case TAG_BOOT_FILES:
		return outside_send_boot_files(run, sandbox, err);
	case TAG_DISK:
		staging->measured = number;
		return 0;
	case TAG_BYTES:
		disk->used = number;
		return 0;
	case TAG_INODES:
		disk->filesystem.inodes = number;
		return 0;
	case TAG_MEASURED:
		return run_commit_begin(run, staging->files, err);
	default:
		disk = &run->disks.items[number];
		if (run_disk_make(disk, err) < 0)
			return -1;
		return sandbox_send(sandbox, TAG_BEGIN, number,
		    run_disk_fd(disk), err);
	}
}

int
run_tree_make(struct run *run, struct commit *files, struct error *err)
{
	struct staging staging = {
		.root = RUN_ROOT_NONE(run), .files = files,
	};
	struct root_build build = {
		.root_plan = &run->base->root_plan,
		.complete = inside_complete, .answer = outside_answer,
	};

	return run_root_build(&staging.root, &build, err);
}
