#include "keep/removal.h"

#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/memory.h"
#include "guest/hooks.h"
#include "guest/state.h"
#include "keep/removal_way.h"
#include "make/disk_format.h"
#include "xen/domain.h"

/* --- what there is -------------------------------------------------------- */

static struct removal_item *
item_add(struct removal *removal, const char *what, const char *path)
{
	struct removal_item *item = vector_push(removal);

	*item = (struct removal_item){
		.what = what, .path = memory_string(path),
		.target = TARGET_NONE, .remove = removal_of_file,
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
		    removal_of_directory;
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
		item->remove = removal_of_image;
	else if (item->disk->volume)
		item->remove = removal_of_volume;
	else
		item->remove = removal_by_zeros;
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
