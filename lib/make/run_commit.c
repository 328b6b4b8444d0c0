#include "make/run_commit.h"

#include <string.h>
#include <unistd.h>

#include "base/apart.h"
#include "base/cleanup.h"
#include "base/file.h"
#include "base/interrupt.h"
#include "base/memory.h"
#include "guest/state.h"
#include "make/run_answers.h"
#include "make/run_manifest.h"
#include "make/run_seed.h"

/* --- the files ----------------------------------------------------------- */

static int
add_password_file(struct run *run, struct commit *files, struct error *err)
{
	struct buffer line = {0};
	int result;

	if (!run->password_file)
		return 0;
	buffer_printf(&line, "%s\n", run->guest->random_password);
	result = commit_add(files, run->password_file, &line, 0600, err);
	memory_free_secret(buffer_steal(&line));
	return result;
}

static int
add_cfg(struct run *run, struct commit *files, struct error *err)
{
	struct buffer text = {0};
	int result = run_domain_text(run, &text, err);

	if (result == 0)
		result = commit_add(files, run->cfg, &text,
		    run->guest->screen.password ? 0600 : 0644, err);
	memory_free_secret(buffer_steal(&text));
	return result;
}

static int
add_manifest(struct run *run, struct commit *files, struct error *err)
{
	auto_buffer struct buffer content = {0};
	auto_free char *path = state_path("guests", run->guest->name, err);

	if (!path)
		return -1;
	run_manifest_text(run, &content);
	return commit_add(files, path, &content, MANIFEST_MODE, err);
}

static int
add_autostart(struct run *run, struct commit *files, struct error *err)
{
	return run->guest->autostart
	    ? commit_add_link(files, run->autostart, run->cfg, err) : 0;
}

static int
add_boot_files(struct run *run, struct commit *files, struct error *err)
{
	if (!run->kernel || run->guest->kernel)
		return 0;
	if (commit_add_memory(files, run->kernel, run->boot_files.kernel, 0644,
	    err) < 0)
		return -1;
	return commit_add_memory(files, run->ramdisk, run->boot_files.initrd,
	    0644, err);
}

/* The manifest first: what follows is this guest's own then, which --force
 * replaces, whatever becomes of us. */
static int (*const adders[])(struct run *run, struct commit *files,
    struct error *err) = {
	add_manifest, add_password_file, add_cfg, add_boot_files,
	add_autostart, run_seed_add, run_answers_add,
};

static int
add_files(struct run *run, struct commit *files, struct error *err)
{
	for (size_t i = 0; i < sizeof(adders) / sizeof(*adders); i++)
		if (adders[i](run, files, err) < 0)
			return -1;
	return 0;
}

int
run_commit_begin(struct run *run, struct commit *files, struct error *err)
{
	vector_each(disk, &run->disks)
		if (disk->disk->mount && run_disk_check(disk, err) < 0)
			return -1;
	vector_each(disk, &run->disks)
		if (guest_disk_is_written(disk->disk) &&
		    run_disk_begin(disk, err) < 0)
			return -1;
	return add_files(run, files, err);
}

/* --- the commit ---------------------------------------------------------- */

struct commitment {
	struct run *run;
	struct commit *files;
};

static int
commitment_name(const struct commitment *commitment, struct error *err)
{
	vector_each(disk, &commitment->run->disks)
		if (run_disk_name(disk, err) < 0)
			return -1;
	return commit_name(commitment->files, err);
}

static int
commitment_put(const struct commitment *commitment, struct error *err)
{
	if (commit_put(commitment->files, err) < 0)
		return -1;
	vector_each(disk, &commitment->run->disks)
		if (run_disk_put(disk, err) < 0)
			return -1;
	return 0;
}

/* In a process of its own, whose temporary names nobody else knows. */
static int
commitment_run(void *context, struct error *err)
{
	const struct commitment *commitment = context;
	int result = commitment_name(commitment, err);

	if (result == 0 && (result = commitment_put(commitment, err)) < 0)
		error_suffix(err, "; what was made is not complete, so make "
		    "it again, with --force");
	if (result == 0)
		return 0;
	vector_each(disk, &commitment->run->disks)
		target_unname(&disk->target);
	commit_release(commitment->files);
	return -1;
}

static int
sync_disks(struct run *run, struct error *err)
{
	events_step(run->events, "syncing the disk");
	vector_each(disk, &run->disks)
		if (run_disk_sync(disk, err) < 0)
			return -1;
	return interrupt_check(err);
}

static int
settle(struct run *run, const struct commit *files, struct error *err)
{
	vector_each(disk, &run->disks)
		if (run_disk_settle(disk, err) < 0)
			return -1;
	return commit_settle(files, err);
}

int
run_commit(struct run *run, struct commit *files, struct error *err)
{
	struct commitment commitment = {run, files};

	if (sync_disks(run, err) < 0 ||
	    apart_run(commitment_run, &commitment, err) < 0)
		return -1;
	vector_each(disk, &run->disks)
		run_disk_keep(disk);
	run_seed_forget(run);
	run_answers_forget(run);
	if (settle(run, files, err) == 0)
		return 0;
	return error_suffix(err, "; the guest is complete, but may not survive "
	    "a power failure");
}
