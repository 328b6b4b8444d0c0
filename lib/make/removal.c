#include "make/removal.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/memory.h"
#include "disk/volume.h"
#include "disk/wipe.h"
#include "guest/hooks.h"
#include "make/disk_format.h"
#include "xen/domain.h"

/* --- how things go -------------------------------------------------------- */

/* That is on the disk, too, before anything that comes later goes. */
static int
remove_file(const struct removal *removal __attribute__((unused)),
    struct removal_item *item, struct error *err)
{
	const char *slash = strrchr(item->path, '/');
	auto_free char *above = memory_copy(item->path,
	    slash == item->path ? 1 : (size_t)(slash - item->path));
	auto_close int directory = open(above,
	    O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (directory < 0)
		return errno == ENOENT ? 0
		    : error_errno(err, "open '%s'", above);
	if (unlinkat(directory, slash + 1, 0) < 0)
		return errno == ENOENT ? 0
		    : error_errno(err, "remove '%s'", item->path);
	return fsync(directory) < 0 ? error_errno(err, "sync '%s'", above)
	    : 0;
}

static int
remove_directory(const struct removal *removal __attribute__((unused)),
    struct removal_item *item, struct error *err)
{
	if (rmdir(item->path) == 0 || errno == ENOENT || errno == ENOTEMPTY)
		return 0;
	return error_errno(err, "remove '%s'", item->path);
}

static int
remove_image(const struct removal *removal, struct removal_item *item,
    struct error *err)
{
	if (removal->wipe && image_wipe(item->path, removal->events, err) < 0)
		return -1;
	return remove_file(removal, item, err);
}

static int
wipe_device(const struct removal *removal, struct removal_item *item,
    struct error *err)
{
	const struct target_gate gate = {
		.overwrite = true, .locks = removal->locks,
	};

	if (target_begin(&item->target, &gate, err) < 0 ||
	    target_wipe(&item->target, true, removal->events, err) < 0)
		return -1;
	return target_commit(&item->target, &gate, err);
}

/* It is nobody's who has it open. */
static int
remove_volume(const struct removal *removal, struct removal_item *item,
    struct error *err)
{
	auto_volume struct volume volume = {0};

	if (removal->wipe && wipe_device(removal, item, err) < 0)
		return -1;
	target_release(&item->target);
	item->target = TARGET_NONE;
	return volume_read(&volume, item->disk->volume, item->path,
	    err) < 0 ? -1 : volume_remove(&volume, removal->events, err);
}

/* --- what there is -------------------------------------------------------- */

static struct removal_item *
item_add(struct removal *removal, const char *what, const char *path)
{
	struct removal_item *item = vector_push(removal);

	*item = (struct removal_item){
		.what = what, .path = memory_string(path),
		.target = TARGET_NONE, .remove = remove_file,
	};
	return item;
}

static bool
is_there(const char *path)
{
	struct stat status;

	return path && lstat(path, &status) == 0;
}

static void
plan_file(struct removal *removal, const char *what, const char *path)
{
	if (is_there(path))
		item_add(removal, what, path);
}

/* So that nobody starts the guest any more. */
static void
plan_autostart(struct removal *removal)
{
	const char *path = removal->manifest.autostart;
	char target[PATH_MAX] = "";

	if (!is_there(path))
		return;
	if (readlink(path, target, sizeof(target) - 1) < 0 ||
	    strcmp(target, removal->manifest.cfg))
		item_add(removal, "link", path)->stays =
		    memory_string("it does not lead to the domain file");
	else
		item_add(removal, "link", path);
}

/* NULL: it is the guest's. */
static char *
why_cfg_stays(const struct manifest *manifest)
{
	auto_buffer struct buffer text = {0};
	auto_domain_claims struct domain_claims domain = {0};
	auto_error struct error why = {0};

	if (file_read_at(AT_FDCWD, manifest->cfg, &text, &why) < 0 ||
	    domain_read(manifest->cfg, (struct view){text.data, text.length},
	    &domain, &why) < 0)
		return memory_printf("it is no domain file any more: %s",
		    why.text);
	if (!domain.name || strcmp(domain.name, manifest->name))
		return memory_printf("it is the domain file of '%s'",
		    domain.name ? domain.name : "no name");
	return NULL;
}

static void
plan_cfg(struct removal *removal)
{
	const char *path = removal->manifest.cfg;

	if (is_there(path))
		item_add(removal, "domain file", path)->stays =
		    why_cfg_stays(&removal->manifest);
}

/* Kernels of the host are its own. */
static void
plan_kernel(struct removal *removal)
{
	const struct manifest *manifest = &removal->manifest;
	auto_free char *directory = NULL;

	if (!manifest->kernel || !manifest->boot ||
	    strcmp(manifest->boot, "direct"))
		return;
	plan_file(removal, "kernel", manifest->kernel);
	plan_file(removal, "ramdisk", manifest->ramdisk);
	directory = memory_copy(manifest->kernel,
	    (size_t)(strrchr(manifest->kernel, '/') - manifest->kernel));
	if (is_there(directory))
		item_add(removal, "directory", directory)->remove =
		    remove_directory;
}

static void
plan_state(struct removal *removal, const char *what, const char *format)
{
	auto_free char *state = state_directory();
	auto_free char *name = memory_printf(format, removal->name);
	auto_free char *path = memory_printf("%s/%s", state, name);

	plan_file(removal, what, path);
}

/* --- disks ---------------------------------------------------------------- */

/* NULL: it goes. */
static char *
why_disk_stays(const struct removal *removal, const struct guest_disk *disk,
    bool is_device)
{
	auto_error struct error why = {0};

	if (!guest_disk_is_written(disk))
		return memory_string("it was only attached");
	if (removal->keep_disk)
		return memory_string("--keep-disk");
	if (claims_check(&removal->claims, removal->name, disk->path,
	    &why) < 0)
		return steal_pointer(&why.text);
	return is_device && !disk->volume && !removal->wipe
	    ? memory_string("it was not made by mkguest; --wipe zeroes it")
	    : NULL;
}

static void
set_disk_kind(struct removal_item *item, bool is_device)
{
	if (!is_device)
		item->remove = remove_image;
	else if (item->disk->volume)
		item->remove = remove_volume;
	else
		item->remove = wipe_device;
	item->what = !is_device ? "image" : item->disk->volume ? "volume"
	    : "device";
}

/* In use it does not go, and nothing else does. */
static int
plan_disk(struct removal *removal, const struct guest_disk *disk,
    struct error *err)
{
	const struct target_gate gate = {
		.replace = true, .overwrite = true, .locks = removal->locks,
		.looks_only = removal->dry_run,
	};
	struct removal_item *item;
	struct stat status;
	uint64_t size;

	if (guest_disk_is_network(disk) || stat(disk->path, &status) < 0)
		return 0;
	item = item_add(removal, "", disk->path);
	item->disk = disk;
	set_disk_kind(item, S_ISBLK(status.st_mode));
	item->stays = why_disk_stays(removal, disk, S_ISBLK(status.st_mode));
	if (item->stays)
		return 0;
	size = S_ISBLK(status.st_mode) ? 0 : (uint64_t)status.st_size;
	if (claims_check_idle(&removal->claims, disk->path, err) < 0)
		return -1;
	return target_check(&item->target, disk->path,
	    size || S_ISBLK(status.st_mode) ? size : 1, &gate, err);
}

/* -------------------------------------------------------------------------- */

static int
plan_begin(struct removal *removal, struct error *err)
{
	auto_free char *state = state_directory();
	int found = manifest_read(removal->name, &removal->manifest, err);

	if (found < 0)
		return -1;
	if (!found)
		return error_set(err, "no guest '%s' was made here",
		    removal->name);
	removal->locks = memory_printf("%s/locks", state);
	if (!removal->dry_run) {
		removal->lock = guest_lock(removal->name, err);
		if (removal->lock < 0)
			return -1;
	}
	if (claims_read(&removal->claims, disk_format_cfg_directory(),
	    err) < 0 || hooks_find(&removal->hooks, removal->events, err) < 0)
		return -1;
	return !running_has(&removal->claims.running, removal->name) ? 0
	    : error_set(err, "domain '%s' is running; shut it down first: "
	    "xl shutdown -w %s", removal->name, removal->name);
}

int
removal_plan(struct removal *removal, struct error *err)
{
	if (plan_begin(removal, err) < 0)
		return -1;
	plan_autostart(removal);
	plan_cfg(removal);
	plan_kernel(removal);
	plan_file(removal, "seed", removal->manifest.seed);
	plan_file(removal, "answers", removal->manifest.answers);
	plan_file(removal, "answers", removal->manifest.floppy);
	plan_state(removal, "password", "passwords/%s");
	plan_state(removal, "log", "logs/%s.log");
	vector_each(disk, &removal->manifest.disks)
		if (plan_disk(removal, disk, err) < 0)
			return -1;
	plan_state(removal, "manifest", "guests/%s");
	return 0;
}

static int
run_hooks(const struct removal *removal, const char *manifest,
    struct error *err)
{
	const struct hook_facts facts = {
		.name = removal->name, .suite = removal->manifest.suite,
		.architecture = removal->manifest.architecture,
		.target = removal->manifest.disks.items[0].path,
		.cfg = removal->manifest.cfg, .manifest = manifest,
	};

	if (hooks_run(&removal->hooks, HOOK_DELETED, &facts, -1,
	    removal->events, err) == 0)
		return 0;
	return error_suffix(err, "; of the guest '%s' only the manifest is "
	    "left, and mkguest-delete runs the hooks again", removal->name);
}

int
removal_run(struct removal *removal, struct error *err)
{
	const struct removal_item *last = &removal->items[removal->count - 1];

	vector_each(item, removal) {
		if (item->stays)
			continue;
		if (item == last && run_hooks(removal, item->path, err) < 0)
			return -1;
		if (item->remove(removal, item, err) < 0)
			return error_prefix(err, "'%s' is deleted in part, "
			    "mkguest-delete goes on: %s", removal->name,
			    item->what);
	}
	return 0;
}

void
removal_release(struct removal *removal)
{
	vector_each(item, removal) {
		free(item->path);
		free(item->stays);
		target_release(&item->target);
	}
	vector_release(removal);
	claims_release(&removal->claims);
	hook_list_release(&removal->hooks);
	manifest_release(&removal->manifest);
	free(removal->locks);
	cleanup_close(&removal->lock);
}
