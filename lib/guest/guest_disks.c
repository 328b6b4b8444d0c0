#include "guest/guest_disks.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/memory.h"
#include "base/size.h"
#include "base/text.h"

#define DISK(member) offsetof(struct guest_disk, member)

/* The number-th of an option. */
static int
disks_add(struct guest_disks *disks, const char *option, size_t number,
    const char *text, struct error *err)
{
	struct guest_disk *disk = vector_push(disks);

	disk->option = option;
	disk->number = number;
	return guest_disk_parse(text, disk, err);
}

static char *
swap_words(const struct guest_place *place, const char *size)
{
	return memory_printf("%s%s%s,size=%s", place->swap,
	    place->volume ? ",volume=" : "", place->volume ? place->volume
	    : "", size);
}

/* PATH… or SIZE…; of a size the path follows. */
static int
disks_add_swap(struct guest_disks *disks, size_t number, const char *text,
    const struct guest_place *place, struct error *err)
{
	struct view rest = view_of(text), first;
	auto_error struct error no_size = {0};
	auto_free char *words = NULL;
	struct guest_disk *disk;
	uint64_t size;

	view_cut(&rest, ',', &first);
	if (size_parse(first, &size, &no_size) == 0)
		words = swap_words(place, text);
	if (disks_add(disks, "swap", number, words ? words : text, err) < 0)
		return -1;
	disk = &disks->items[disks->count - 1];
	if (disk->fs || disk->mount)
		return error_usage(err, "swap space has no %s",
		    disk->fs ? "other fs" : "mount");
	disk->fs = memory_string("swap");
	return 0;
}

static void
disks_add_root(struct guest_disks *disks, const struct guest_place *place,
    bool is_blank)
{
	struct guest_disk *root = vector_push(disks);

	root->path = memory_string(place->root);
	root->mount = is_blank ? NULL : memory_string("/");
	root->volume = memory_string(place->volume);
	root->option = place->option;
}

static void
disks_add_all(struct guest_disks *disks, const struct guest_disk_words *words,
    const struct guest_place *place, struct faults *faults)
{
	if (place->volume || !words->disk->count)
		disks_add_root(disks, place, words->blank);
	for (size_t i = 0; i < words->disk->count; i++) {
		auto_error struct error one = {0};

		if (disks_add(disks, "disk", i, words->disk->items[i],
		    &one) < 0)
			faults_add(faults, "disk", i, &one);
	}
	for (size_t i = 0; i < words->swap->count; i++) {
		auto_error struct error one = {0};

		if (disks_add_swap(disks, i, words->swap->items[i], place,
		    &one) < 0)
			faults_add(faults, "swap", i, &one);
	}
}

/* The one that is mounted on /, else the first that could be. */
static int
disks_find_root(struct guest_disks *disks, struct error *err)
{
	struct guest_disk *root = NULL;

	vector_each(disk, disks)
		if (guest_disk_is_root(disk) ||
		    (guest_disk_wants_mount(disk) && !disk->mount && !root))
			root = disk;
	if (!root)
		return error_usage(err, "none of them is for the "
		    "guest's root; give one without mount=, or with mount=/");
	if (!root->mount)
		root->mount = memory_string("/");
	for (; root > disks->items; root--) {
		struct guest_disk before = root[-1];

		root[-1] = root[0];
		root[0] = before;
	}
	return 0;
}

/* What two disks may not have in common. */
static const struct {
	size_t offset;
	const char *name;
} unique[] = {
	{DISK(path), "path"}, {DISK(mount), "mount"}, {DISK(vdev), "vdev"},
	{DISK(uuid), "uuid"}, {DISK(label), "label"},
};

static int
disks_check_unique(const struct guest_disk *a, const struct guest_disk *b,
    struct error *err)
{
	for (size_t i = 0; i < sizeof(unique) / sizeof(*unique); i++) {
		const char *one =
		    *(char *const *)((const char *)a + unique[i].offset);
		const char *two =
		    *(char *const *)((const char *)b + unique[i].offset);

		if (one && two && strcmp(one, two) == 0)
			return error_usage(err, "two disks have the %s '%s'",
			    unique[i].name, one);
	}
	return 0;
}

static void
disks_check_all_unique(const struct guest_disks *disks, struct faults *faults)
{
	vector_each(a, disks)
		for (const struct guest_disk *b = disks->items; b < a; b++) {
			auto_error struct error one = {0};

			if (disks_check_unique(b, a, &one) < 0)
				faults_add(faults, a->option, a->number, &one);
		}
}

static bool
disks_have_vdev(const struct guest_disks *disks, const char *vdev)
{
	vector_each(disk, disks)
		if (disk->vdev && strcmp(disk->vdev, vdev) == 0)
			return true;
	return false;
}

static bool
disks_have_table(const struct guest_disks *disks)
{
	vector_each(disk, disks)
		if (disk->table)
			return true;
	return false;
}

/* Disks and partitions of one name do not go together. */
static char *
vdev_name(bool is_whole, unsigned number)
{
	return is_whole && number < 26
	    ? memory_printf("xvd%c", 'a' + (int)number)
	    : memory_printf("xvda%u", number + 1);
}

/* xvda1, xvda2, … or xvda, xvdb, … as far as they are not taken. */
static void
disks_name_vdevs(struct guest_disks *disks)
{
	bool is_whole = disks_have_table(disks);
	unsigned number = 0;

	vector_each(disk, disks)
		while (!disk->vdev) {
			auto_free char *vdev = vdev_name(is_whole, number++);

			if (!disks_have_vdev(disks, vdev))
				disk->vdev = steal_pointer(&vdev);
		}
}

static int
disks_size_root(struct guest_disks *disks, uint64_t size, struct error *err)
{
	struct guest_disk *root = disks->items;

	if (size && root->size && root->size != size)
		return error_usage(err, "--disk and --size name two sizes");
	if (size)
		root->size = size;
	return 0;
}

/* An IDE controller has four places; the third and then the fourth are for CDs,
 * and what has no place is there for drivers of Xen's only. */
static const char *const machine_vdevs[] = {
	"hda", "hdb", "xvde", "xvdf", "xvdg", "xvdh",
};

enum { MACHINE_VDEVS = sizeof(machine_vdevs) / sizeof(*machine_vdevs) };

static void
disks_make_blank(struct guest_disks *disks)
{
	size_t next = 0;

	vector_each(disk, disks) {
		if (!disk->fs)
			disk->fs = memory_string("blank");
		while (!disk->vdev && next < MACHINE_VDEVS) {
			const char *vdev = machine_vdevs[next++];

			if (!disks_have_vdev(disks, vdev))
				disk->vdev = memory_string(vdev);
		}
	}
}

/* What has a partition's name, its author wants to be one. */
static void
disks_default_table(struct guest_disks *disks, const char *table)
{
	struct guest_disk *root = disks->items;

	if (!root->table && !root->vdev && guest_disk_is_formatted(root))
		root->table = memory_string(table);
}

static void
disks_complete(struct guest_disks *disks, struct faults *faults)
{
	vector_each(disk, disks) {
		auto_error struct error one = {0};

		if (guest_disk_complete(disk, &one) < 0) {
			error_prefix(&one, "'%s'", disk->path);
			faults_add(faults, disk->option, disk->number, &one);
		}
	}
	disks_check_all_unique(disks, faults);
	disks_name_vdevs(disks);
}

void
guest_disks_read(struct guest_disks *disks,
    const struct guest_disk_words *words, const struct guest_place *place,
    struct faults *faults)
{
	auto_error struct error root = {0}, size = {0};
	size_t before = faults->count;

	disks_add_all(disks, words, place, faults);
	if (faults->count > before)
		return;
	if (words->blank) {
		disks_make_blank(disks);
		if (disks_size_root(disks, words->size, &size) < 0)
			faults_add(faults, "size", 0, &size);
		disks_complete(disks, faults);
		return;
	}
	if (disks_find_root(disks, &root) < 0)
		faults_add(faults, "disk", 0, &root);
	else if (disks_size_root(disks, words->size, &size) < 0)
		faults_add(faults, "size", 0, &size);
	else {
		disks_default_table(disks, words->table);
		disks_complete(disks, faults);
	}
}

void
guest_disks_set_fs(struct guest_disks *disks, const char *fs)
{
	vector_each(disk, disks)
		if (!disk->fs)
			disk->fs = memory_string(fs);
}

void
guest_disks_make_ids(struct guest_disks *disks,
    const struct identity *identity)
{
	vector_each(disk, disks)
		if (guest_disk_is_formatted(disk))
			guest_disk_make_ids(disk, identity);
}

void
guest_disks_release(struct guest_disks *disks)
{
	vector_each(disk, disks)
		guest_disk_release(disk);
	vector_release(disks);
}
