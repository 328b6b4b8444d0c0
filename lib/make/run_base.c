#include "make/run_base.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/epoch.h"
#include "base/file.h"
#include "base/key.h"
#include "base/memory.h"
#include "disk/clone.h"
#include "guest/identity.h"
#include "install/sandbox.h"
#include "make/run.h"
#include "make/run_root.h"
#include "root/root_kept.h"
#include "root/root_setup.h"

/* --- its plan ------------------------------------------------------------- */

int
run_base_plan(struct run_base *base, struct run *run, struct error *err)
{
	if (sandbox_check(err) < 0 || root_sources_read(&run->request.given,
	    &run->request, err) < 0)
		return -1;
	/* these may change where the packages come from */
	if (root_setup_is_needed(&run->request) && !run->dry_run)
		return 0;
	return root_plan_make(&base->root_plan, &run->request, err);
}

/* --- its image, in the sandbox --------------------------------------------- */

/* Of the tree bytes and inodes; then a filesystem is wanted; it is full, and
 * may be kept. */
enum { TAG_BYTES, TAG_INODES, TAG_BEGIN, TAG_KEEP };

/* For what makes a guest itself. */
enum { SPARE_INODES = 512 };

struct making {
	struct run_root root;
	struct run_base *base;
	struct run_disk disk;	/* what the image is to fit */
	struct root_kept kept;
	bool is_in_cache;	/* its file; else it is not kept */
};

static int
inside_fill(const struct making *making, struct sandbox_inside *inside,
    struct tree_walk *walk, struct error *err)
{
	auto_close int image = -1;
	uint64_t number;
	unsigned tag;

	if (sandbox_ask(inside, TAG_BEGIN, 0, err) < 0 ||
	    sandbox_receive(inside, &tag, &number, &image, err) < 0)
		return -1;
	walk->events = sandbox_events(inside);
	events_step(walk->events, "filling the base image");
	return filesystem_fill(&making->disk.filesystem, image, walk,
	    walk->events, err);
}

static int
inside_complete(void *context, struct sandbox_inside *inside,
    const struct root_tree *tree, struct error *err)
{
	const struct making *making = context;
	struct tree_walk walk = {
		.root = tree->fd, .is_tar = tree->is_tar,
		.clamp_time = source_date_epoch(), .without = RUN_ROOT_WITHOUT,
	};
	uint64_t inodes;

	if (tree_measure(&walk, &walk.total, &inodes, err) < 0 ||
	    sandbox_ask(inside, TAG_BYTES, walk.total, err) < 0 ||
	    sandbox_ask(inside, TAG_INODES, inodes, err) < 0 ||
	    inside_fill(making, inside, &walk, err) < 0)
		return -1;
	return tree->is_kept ? sandbox_ask(inside, TAG_KEEP, 0, err) : 0;
}

/* --- outside ---------------------------------------------------------------- */

static int
outside_find(void *context, const char *key, struct error *err)
{
	struct making *making = context;
	struct root_kept *kept = &making->kept;
	struct run *run = making->root.run;
	auto_buffer struct buffer text = {0};

	(void)err;
	if (!key)
		return 0;
	key_text(&text, "base", key);
	run_base_key_filesystem(&text, &making->disk.filesystem);
	key_finish(&text, kept->key);
	root_kept_find(kept, making->base->root_plan.cache, run->events);
	return kept->base.fd >= 0 && root_kept_check(kept, run->events);
}

static bool
cache_has_room(const struct making *making)
{
	struct statvfs status;

	return fstatvfs(making->base->root_plan.cache, &status) == 0 &&
	    (uint64_t)status.f_bavail * status.f_frsize >=
	    filesystem_size_for(&making->disk.filesystem, making->disk.used);
}

static int
outside_begin_file(struct making *making, struct error *err)
{
	struct root_kept *kept = &making->kept;

	making->is_in_cache = cache_has_room(making);
	if (!making->is_in_cache)
		events_info(making->root.run->events, "the base image is not "
		    "kept: the cache has no room for it");
	kept->file = making->is_in_cache
	    ? base_cache_begin(making->base->root_plan.cache, err)
	    : file_temporary(err);
	if (kept->file < 0)
		return -1;
	return ftruncate(kept->file, (off_t)making->disk.filesystem.size) < 0
	    ? error_errno(err, "set the size of the base image") : 0;
}

/* By its ids it is the same again under SOURCE_DATE_EPOCH. */
static int
outside_make_filesystem(struct making *making, struct error *err)
{
	const struct identity identity = {.name = "base"};
	auto_free char *uuid = identity_uuid(&identity, "filesystem");
	auto_free char *hash_seed = identity_uuid(&identity, "directories");
	struct filesystem filesystem = making->disk.filesystem;

	filesystem.uuid = uuid;
	filesystem.hash_seed = hash_seed;
	return filesystem_make(&filesystem, making->kept.file,
	    making->root.run->events, err);
}

static int
outside_begin(struct making *making, struct sandbox *sandbox,
    struct error *err)
{
	if (run_disk_check_size(&making->disk, err) < 0 ||
	    outside_begin_file(making, err) < 0 ||
	    outside_make_filesystem(making, err) < 0)
		return -1;
	return sandbox_send(sandbox, TAG_BEGIN, 0, making->kept.file, err);
}

static int
outside_answer(void *context, struct sandbox *sandbox, unsigned tag,
    uint64_t number, struct error *err)
{
	struct making *making = context;

	switch (tag) {
	case TAG_BYTES:
		making->disk.used = making->kept.base.used = number;
		return 0;
	case TAG_INODES:
		making->disk.filesystem.inodes = number + SPARE_INODES;
		return 0;
	case TAG_BEGIN:
		return outside_begin(making, sandbox, err);
	default:
		if (making->is_in_cache)
			root_kept_commit(&making->kept,
			    making->base->root_plan.cache,
			    making->root.run->events);
		return 0;
	}
}

static int
make_image(struct making *making, struct error *err)
{
	struct run_base *base = making->base;
	struct root_kept *kept = &making->kept;
	struct root_build build = {
		.root_plan = &base->root_plan, .takes_tar = true,
		.find = outside_find, .complete = inside_complete,
		.answer = outside_answer,
	};

	if (run_root_build(&making->root, &build, err) < 0)
		return -1;
	base->image = kept->base.fd >= 0 ? steal_fd(&kept->base.fd)
	    : steal_fd(&kept->file);
	base->used = kept->base.used;
	return 0;
}

int
run_base_make(struct run_base *base, struct run *run, struct error *err)
{
	struct making making = {
		.root = RUN_ROOT_NONE(run), .base = base,
		.kept = ROOT_KEPT_IMAGE,
	};
	int result = run_base_disk(run, &making.disk, err);

	if (result == 0)
		result = make_image(&making, err);
	root_kept_release(&making.kept);
	run_disk_release(&making.disk);
	return result;
}

/* Of the run's root, if that is an image; -1: it is not, or not there. */
static int
image_directory(const struct run *run)
{
	auto_free char *directory =
	    memory_string(run->guest->disks.items[0].path);
	char *slash = strrchr(directory, '/');
	struct stat status;

	if (stat(directory, &status) == 0 && S_ISBLK(status.st_mode))
		return -1;
	if (slash)
		slash[slash == directory] = '\0';
	return open(slash ? directory : ".",
	    O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

void
run_base_near(struct run_base *base, const struct run *run)
{
	auto_error struct error ignored = {0};
	auto_close int directory = image_directory(run);
	auto_close int copy = -1;
	struct stat here, there;

	if (directory < 0 || fstat(base->image, &here) < 0 ||
	    fstat(directory, &there) < 0 || here.st_dev == there.st_dev ||
	    !clone_is_shared_in(directory))
		return;
	copy = openat(directory, ".", O_RDWR | O_TMPFILE | O_CLOEXEC, 0600);
	if (copy < 0 || clone_image(base->image, copy, &ignored) < 0)
		return;
	close(base->image);
	base->image = steal_fd(&copy);
}

void
run_base_release(struct run_base *base)
{
	root_plan_release(&base->root_plan);
	cleanup_close(&base->image);
	*base = RUN_BASE_NONE;
}
