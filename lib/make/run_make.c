#include "make/run.h"

#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/epoch.h"
#include "base/file.h"
#include "base/interrupt.h"
#include "base/memory.h"
#include "base/size.h"
#include "disk/filesystem.h"
#include "emulate/boot_files.h"
#include "guest/apt_sources.h"
#include "guest/personalise.h"
#include "make/commit.h"
#include "guest/state.h"
#include "make/root_build.h"
#include "make/workspace.h"
#include "tree/edit.h"
#include "tree/walk.h"
#include "xen/domain.h"

/* What the sandbox asks of us, in this order. */
enum { TAG_USED, TAG_DISK };

/* The base has no identity yet, but its initrd must know what fsck to bring. */
static const char base_fstab[] = "/dev/root\t/\text4\tdefaults\t0\t1\n";

static const char filesystem_type[] = "ext4";

/* Each guest gets its own when it is personalised. */
static const char own_host_keys[] = "etc/ssh/ssh_host_";

/* A run with the sandbox's work directory. */
struct staging {
	struct run *run;
	struct workspace workspace;
};

/* --- in the sandbox ---------------------------------------------------- */

static int
inside_open(void *context, int *root, int *annex, struct error *err)
{
	struct staging *staging = context;
	struct run *run = staging->run;

	if (workspace_open(&staging->workspace, run->cache_directory,
	    run->root_plan.plan.installed_size, run->events, err) < 0)
		return -1;
	*root = staging->workspace.root;
	*annex = staging->workspace.annex.fd;
	return 0;
}

static int
inside_personalise(struct run *run, struct events *events, int root,
    struct error *err)
{
	struct tree_edit *edit = edit_directory_new(root, err);
	int result;

	if (!edit)
		return -1;
	events_step(events, "personalising");
	result = personalise(edit, run->guest, run->suite, events, err);
	if (result == 0)
		result = edit->finish(edit, err);
	edit->free(edit);
	return result;
}

static int
inside_fill(struct events *events, int root, int disk, uint64_t bytes,
    struct error *err)
{
	struct tree_walk walk = {
		.root = root, .clamp_time = source_date_epoch(),
		.events = events, .total = bytes,
	};
	struct filesystem filesystem = {.type = filesystem_type};

	return filesystem_fill(&filesystem, disk, &walk, events, err);
}

static int
inside_complete(void *context, struct sandbox_inside *inside,
    const struct root_tree *tree, struct error *err)
{
	struct staging *staging = context;
	struct events *events = sandbox_events(inside);
	struct tree_walk walk = {.root = tree->fd};
	auto_close int disk = -1;
	uint64_t bytes, inodes, number;
	unsigned tag;

	if (inside_personalise(staging->run, events, tree->fd, err) < 0 ||
	    tree_measure(&walk, &bytes, &inodes, err) < 0)
		return -1;
	events_step(events, "filling the disk");
	if (sandbox_ask(inside, TAG_USED, bytes, err) < 0 ||
	    sandbox_ask(inside, TAG_DISK, inodes, err) < 0 ||
	    sandbox_receive(inside, &tag, &number, &disk, err) < 0)
		return -1;
	return inside_fill(events, tree->fd, disk, bytes, err);
}

static void
inside_close(void *context)
{
	struct staging *staging = context;

	workspace_release(&staging->workspace);
}

/* --- outside: the disk -------------------------------------------------- */

static int
disk_begin(struct run *run, uint64_t inodes, struct error *err)
{
	struct filesystem filesystem = {
		.type = filesystem_type,
		.features = run->suite->filesystem_features,
		.uuid = run->guest->filesystem_uuid,
		.hash_seed = run->guest->hash_seed,
		.inodes = inodes,
	};

	if (target_begin(&run->target, &run->gate, err) < 0)
		return -1;
	filesystem.size = run->target.size;
	return filesystem_make(&filesystem, run->target.fd, run->events, err);
}

static int
disk_check_size(struct run *run, uint64_t inodes, struct error *err)
{
	struct filesystem filesystem = {
		.type = filesystem_type, .inodes = inodes,
	};
	uint64_t needed = filesystem_size_for(&filesystem, run->used);
	auto_free char *needed_text = size_text(needed);
	auto_free char *size = size_text(run->target.size);

	if (needed > run->target.size)
		return error_set(err, "the root needs a disk of %s, but '%s' "
		    "has %s; ask for more with --size", needed_text,
		    run->target.path, size);
	return target_check_room(&run->target, run->used, err);
}

static int
outside_answer(void *context, struct sandbox *sandbox, unsigned tag,
    uint64_t number, struct error *err)
{
	struct staging *staging = context;
	struct run *run = staging->run;

	if (tag == TAG_USED) {
		run->used = number;
		return 0;
	}
	if (disk_check_size(run, number, err) < 0 ||
	    disk_begin(run, number, err) < 0)
		return -1;
	return sandbox_send(sandbox, TAG_DISK, 0, run->target.fd, err);
}

static int
make_root(struct run *run, struct error *err)
{
	struct apt_mirrors mirrors = apt_mirrors_of(run->guest);
	auto_buffer struct buffer sources = {0};
	auto_free char *sources_path = NULL;
	struct staging staging = {
		.run = run, .workspace = {.root = -1, .work = -1}};
	struct bootstrap_file files[3] = {{"etc/fstab", base_fstab}};
	struct root_build build = {
		.request = &run->request, .root_plan = &run->root_plan,
		.files = files, .base_without = own_host_keys, .whole = -1,
		.open = inside_open, .complete = inside_complete,
		.close = inside_close, .answer = outside_answer,
		.context = &staging,
	};

	apt_sources_text(run->suite, &mirrors, &sources_path, &sources);
	files[1] = (struct bootstrap_file){sources_path, sources.data};
	return root_build(&build, err);
}

/* --- outside: the files beside it, and the commit ------------------------ */

static int
stage_password_file(struct run *run, struct commit *commit, struct error *err)
{
	struct buffer line = {0};
	int result;

	if (!run->password_file)
		return 0;
	buffer_printf(&line, "%s\n", run->random_password);
	result = commit_add(commit, run->password_file, &line, 0600, err);
	memory_free_secret(buffer_steal(&line));
	return result;
}

static int
stage_boot_file(struct commit *commit, int memory, const char *path,
    struct error *err)
{
	auto_buffer struct buffer content = {0};

	if (lseek(memory, 0, SEEK_SET) < 0)
		return error_errno(err, "read the guest's '%s'", path);
	if (file_read(memory, &content, err) < 0)
		return -1;
	return commit_add(commit, path, &content, 0644, err);
}

static int
stage_boot_files(struct run *run, struct commit *commit, struct error *err)
{
	auto_boot_files struct boot_files files = BOOT_FILES_NONE;

	if (!run->kernel)
		return 0;
	events_step(run->events, "extracting the kernel");
	if (boot_files_read(run->target.fd, &files, err) < 0 ||
	    stage_boot_file(commit, files.kernel, run->kernel, err) < 0)
		return -1;
	return stage_boot_file(commit, files.initrd, run->ramdisk, err);
}

static int
stage_cfg(struct run *run, struct commit *commit, struct error *err)
{
	auto_buffer struct buffer text = {0};
	struct guest *guest = run->guest;
	auto_free char *cmdline = memory_printf("root=UUID=%s ro console=%s",
	    guest->filesystem_uuid, run->suite->console);
	struct domain domain = {
		.name = guest->name, .uuid = guest->uuid, .type = guest->type,
		.memory = guest->memory, .vcpus = guest->vcpus,
		.kernel = run->kernel ? run->kernel
		    : domain_loader(guest->type),
		.ramdisk = run->ramdisk,
		.cmdline = run->kernel ? cmdline : NULL,
		.disk = run->target.path, .vdev = "xvda1",
		.mac = guest->mac, .bridge = guest->bridge,
	};

	if (domain_write(&domain, &text, err) < 0)
		return -1;
	return commit_add(commit, run->cfg, &text, 0644, err);
}

static int
stage_manifest(struct run *run, struct commit *commit, struct error *err)
{
	auto_buffer struct buffer content = {0};
	struct guest *guest = run->guest;
	auto_free char *path = state_path("guests", guest->name, err);
	time_t made = (time_t)epoch_or_now();
	struct tm utc;
	char text[sizeof("2026-01-01T00:00:00Z")];
	struct manifest manifest = {
		.name = guest->name, .suite = guest->suite,
		.architecture = guest->architecture, .disk = run->target.path,
		.cfg = run->cfg, .kernel = run->kernel,
		.ramdisk = run->ramdisk, .mac = guest->mac,
		.uuid = guest->uuid, .filesystem_uuid = guest->filesystem_uuid,
		.console = run->suite->console, .made = text,
	};

	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ",
	    gmtime_r(&made, &utc));
	if (!path)
		return -1;
	manifest_text(&manifest, &content);
	return commit_add(commit, path, &content, 0644, err);
}

static int (*const stages[])(struct run *run, struct commit *commit,
    struct error *err) = {
	stage_boot_files, stage_password_file, stage_cfg, stage_manifest,
};

static int
make_all(struct run *run, struct error *err)
{
	auto_commit struct commit commit = {0};

	if (make_root(run, err) < 0)
		return -1;
	for (size_t i = 0; i < sizeof(stages) / sizeof(*stages); i++)
		if (stages[i](run, &commit, err) < 0)
			return -1;
	events_step(run->events, "syncing the disk");
	if (interrupt_check(err) < 0 ||
	    target_commit(&run->target, &run->gate, err) < 0)
		return -1;
	return commit_run(&commit, err);
}

int
run_make(struct run *run, struct error *err)
{
	if (make_all(run, err) == 0)
		return 0;
	if (run->target.kind == TARGET_BLOCK && run->target.fd >= 0)
		return error_suffix(err, "; '%s' was being written and holds "
		    "nothing of use now", run->target.path);
	return err->kind == ERROR_INTERRUPTED
	    ? error_suffix(err, "; nothing was changed") : -1;
}
