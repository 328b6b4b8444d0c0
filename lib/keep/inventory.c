#include "keep/inventory.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/memory.h"
#include "guest/state.h"
#include "keep/cfg_guest.h"
#include "xen/running.h"

enum { BLOCK = 512 };	/* what st_blocks counts */

/* --- drift ---------------------------------------------------------------- */

/* Files beside the disks that a guest cannot do without. */
static const struct {
	const char *missing;
	size_t offset;	/* of a char * in the manifest */
} files[] = {
	{"kernel missing", offsetof(struct manifest, kernel)},
	{"ramdisk missing", offsetof(struct manifest, ramdisk)},
	{"seed missing", offsetof(struct manifest, seed)},
	{"cd missing", offsetof(struct manifest, iso)},
	{"answers missing", offsetof(struct manifest, answers)},
	{"floppy missing", offsetof(struct manifest, floppy)},
};

static void
drift_of_files(struct inventory_guest *guest)
{
	const struct manifest *manifest = &guest->manifest;

	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		const char *path = *(char *const *)((const char *)manifest +
		    files[i].offset);

		if (path && !file_exists(AT_FDCWD, path))
			strings_add(&guest->drift, files[i].missing);
	}
}

static void
drift_of_cfg(struct inventory_guest *guest)
{
	auto_error struct error ignored = {0};
	int is_same;

	if (!file_exists(AT_FDCWD, guest->manifest.cfg)) {
		strings_add(&guest->drift, "cfg missing");
		return;
	}
	is_same = cfg_is_as_made(&guest->manifest, &ignored);
	if (is_same <= 0)
		strings_add(&guest->drift, is_same < 0 ? "cfg unknown"
		    : "cfg edited");
}

static void
look_at_autostart(struct inventory_guest *guest)
{
	char target[PATH_MAX] = "";
	const char *link = guest->manifest.autostart;

	if (!link)
		return;
	guest->autostart = readlink(link, target, sizeof(target) - 1) > 0 &&
	    !strcmp(target, guest->manifest.cfg);
	if (!guest->autostart)
		strings_add(&guest->drift, "autostart missing");
}

/* --- disks ---------------------------------------------------------------- */

static uint64_t
device_size(const char *path, uint64_t otherwise)
{
	auto_close int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	off_t end = fd < 0 ? -1 : lseek(fd, 0, SEEK_END);

	return end < 0 ? otherwise : (uint64_t)end;
}

static void
look_at_disk(struct inventory_guest *guest, const struct guest_disk *disk)
{
	struct stat status;
	uint64_t size = disk->size;

	if (guest_disk_is_network(disk))
		return;
	if (stat(disk->path, &status) < 0) {
		strings_add(&guest->drift, "disk missing");
		return;
	}
	if (S_ISBLK(status.st_mode))
		size = device_size(disk->path, size);
	else if (!guest_disk_is_qcow2(disk))
		size = (uint64_t)status.st_size;
	guest->size += size;
	guest->used += S_ISBLK(status.st_mode) ? size
	    : (uint64_t)status.st_blocks * BLOCK;
}

/* --- addresses ------------------------------------------------------------ */

static void
add_addresses(struct strings *addresses, const struct strings *words)
{
	vector_each(word, words)
		if (strcmp(*word, "none"))
			strings_printf(addresses, "%.*s",
			    (int)strcspn(*word, "/"), *word);
}

/* --- all of it ------------------------------------------------------------ */

static void
look_at_guest(struct inventory_guest *guest, const struct running *running)
{
	const struct manifest *manifest = &guest->manifest;

	if (running->is_known)
		guest->state = running_has(running, guest->name) ? "running"
		    : "off";
	if (!manifest->name)
		return;
	vector_each(disk, &manifest->disks)
		look_at_disk(guest, disk);
	drift_of_files(guest);
	drift_of_cfg(guest);
	look_at_autostart(guest);
	vector_each(nic, &manifest->nics) {
		add_addresses(&guest->addresses, &nic->ip);
		add_addresses(&guest->addresses, &nic->ip6);
	}
}

static int
add_named(struct inventory *inventory, const char *name, struct error *err)
{
	struct inventory_guest *guest = vector_push(inventory);
	int found;

	guest->name = memory_string(name);
	found = manifest_read(name, &guest->manifest, err);
	return found ? found : error_set(err, "no guest '%s' was made here",
	    name);
}

static void
add_found(struct inventory *inventory, const char *name,
    struct events *events)
{
	auto_error struct error why = {0};
	struct inventory_guest *guest;

	if (add_named(inventory, name, &why) > 0)
		return;
	events_warn(events, "%s", why.text);
	guest = &inventory->items[inventory->count - 1];
	manifest_release(&guest->manifest);
	strings_add(&guest->drift, "manifest unreadable");
}

int
inventory_names(struct strings *names, struct error *err)
{
	auto_free char *state = state_directory();
	auto_free char *path = memory_printf("%s/guests", state);
	auto_closedir DIR *dir = opendir(path);
	struct dirent *entry;

	if (!dir)
		return errno == ENOENT ? 0 : error_errno(err, "open '%s'",
		    path);
	while ((entry = readdir(dir)))
		if (entry->d_name[0] != '.')
			strings_add(names, entry->d_name);
	strings_sort(names);
	return 0;
}

static int
add_all(struct inventory *inventory, struct events *events, struct error *err)
{
	auto_strings struct strings names = {0};

	if (inventory_names(&names, err) < 0)
		return -1;
	vector_each(name, &names)
		add_found(inventory, *name, events);
	return 0;
}

static int
compare_names(const void *a, const void *b)
{
	return strcmp(((const struct inventory_guest *)a)->name,
	    ((const struct inventory_guest *)b)->name);
}

int
inventory_read(struct inventory *inventory, const struct strings *names,
    struct events *events, struct error *err)
{
	auto_running struct running running = {0};

	vector_each(name, names)
		if (add_named(inventory, *name, err) < 0)
			return -1;
	if ((!names->count && add_all(inventory, events, err) < 0) ||
	    running_read(&running, err) < 0)
		return -1;
	vector_sort(inventory, compare_names);
	vector_each(guest, inventory)
		look_at_guest(guest, &running);
	return 0;
}

void
inventory_release(struct inventory *inventory)
{
	vector_each(guest, inventory) {
		free(guest->name);
		manifest_release(&guest->manifest);
		strings_release(&guest->addresses);
		strings_release(&guest->drift);
	}
	vector_release(inventory);
}
