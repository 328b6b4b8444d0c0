#include "make/run_disk.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/size.h"
#include "disk/clone.h"
#include "disk/grub.h"
#include "disk/qcow2.h"
#include "disk/wipe.h"
#include "guest/network_disk.h"
#include "make/run_disk_kept.h"
#include "make/unfinished.h"
#include "root/suite_filesystem.h"

/* What dead runs left beside the image. */
static void
reap_beside(const struct target *target)
{
	auto_free char *directory = memory_string(target->path);

	*strrchr(directory, '/') = '\0';
	target_reap(*directory ? directory : "/");
}

static struct filesystem
filesystem_of(const struct guest_disk *disk)
{
	return (struct filesystem){
		.type = disk->fs,
		.label = disk->label,
		.uuid = disk->uuid,
		.hash_seed = disk->hash_seed,
		.size = disk->size,
	};
}

/* Where the guest is to run may be another host. */
static void
plan_network(const struct run_disk *disk)
{
	const struct network_disk *network =
	    network_disk_find(disk->disk->path);
	auto_free char *path =
	    memory_printf("/etc/xen/scripts/%s", network->script);

	if (access(path, X_OK) == 0)
		return;
	events_warn(disk->events, "this host has no '%s'; where the guest is "
	    "to run it is needed%s%s", path, network->package
	    ? ": apt-get install " : "", network->package
	    ? network->package : "");
}

/* Its size is not known yet. */
static struct partition_table
table_of(const struct guest_disk *disk)
{
	return (struct partition_table){
		.kind = disk->table, .uuid = disk->table_uuid,
		.boots = guest_disk_is_root(disk),
		.is_swap = guest_disk_is_swap(disk),
	};
}

static struct grub
grub_of(const struct run_disk *disk)
{
	return (struct grub){
		.table = &disk->table, .architecture = disk->architecture,
		.uuid = disk->filesystem.uuid, .events = disk->events,
	};
}

static bool
gets_grub(const struct run_disk *disk)
{
	return disk->table.kind && disk->table.boots;
}

/* Of a target whose size is known. */
static void
fit_filesystem(struct run_disk *disk)
{
	disk->filesystem.size = disk->target.size;
	if (!disk->table.kind)
		return;
	disk->table.size = disk->target.size;
	disk->filesystem.size = partition_table_content(&disk->table).length;
}

int
run_disk_describe(struct run_disk *disk, uint64_t size, struct error *err)
{
	disk->table = table_of(disk->disk);
	disk->filesystem = filesystem_of(disk->disk);
	disk->target.path = memory_string(disk->disk->path);
	disk->target.size = size;
	fit_filesystem(disk);
	return suite_filesystem(disk->suite, &disk->filesystem, err);
}

static void
plan_grub(const struct run_disk *disk)
{
	const struct grub grub = grub_of(disk);

	if (gets_grub(disk))
		grub_warn(&grub, disk->disk->path);
}

/* A volume that is not there yet, or this guest's own. */
static int
plan_volume(struct run_disk *disk, const char *guest, struct error *err)
{
	const char *path = disk->disk->path;
	auto_free char *home = unfinished_home(disk->gate.locks);

	if (volume_read(&disk->volume, disk->disk->volume, path, err) < 0 ||
	    volume_look(&disk->volume, home, guest, err) < 0)
		return -1;
	unfinished_reap(disk, guest);
	if (disk->volume.is_there)
		return disk->gate.replace ? 0 : error_set(err, "the volume "
		    "'%s' exists; --force writes this guest's own again", path);
	disk->target.path = memory_string(path);
	disk->target.kind = TARGET_BLOCK;
	disk->target.size = disk->disk->size;
	fit_filesystem(disk);
	return 0;
}

/* Is it made only when the root is complete? */
static bool
is_volume_to_make(const struct run_disk *disk)
{
	return disk->volume.family && !disk->volume.is_there;
}

static int
check_target(struct run_disk *disk, struct error *err)
{
	uint64_t size = disk->disk->size;

	if (disk->keeps && run_disk_kept_find(disk, &size, err) < 0)
		return -1;
	if (target_check(&disk->target, disk->disk->path, size, &disk->gate,
	    err) < 0)
		return -1;
	fit_filesystem(disk);
	if (disk->keeps)
		return run_disk_kept_look(disk, err);
	target_warn(&disk->target, disk->events);
	return 0;
}

int
run_disk_plan(struct run_disk *disk, const struct guest *guest,
    struct error *err)
{
	const char *path = disk->disk->path;
	int is_own = claims_check(disk->claims, guest->name, path, err);

	if (is_own < 0)
		return -1;
	disk->wipe = guest->wipe;
	disk->keeps = guest->keep_filesystem &&
	    guest_disk_is_root(disk->disk);
	disk->gate.overwrite = guest->force || disk->keeps;
	disk->gate.replace = guest->force && is_own;
	if (guest_disk_is_network(disk->disk)) {
		disk->target.path = memory_string(path);
		plan_network(disk);
		return 0;
	}
	if (!guest_disk_is_written(disk->disk))
		return target_check_attached(&disk->target, path, err);
	disk->full = guest->full;
	disk->architecture = guest->architecture;
	disk->table = table_of(disk->disk);
	disk->filesystem = filesystem_of(disk->disk);
	if (guest_disk_is_qcow2(disk->disk) && qcow2_check(err) < 0)
		return -1;
	if (guest_disk_is_formatted(disk->disk) && (suite_filesystem(
	    disk->suite, &disk->filesystem, err) < 0 ||
	    filesystem_check(&disk->filesystem, err) < 0))
		return error_prefix(err, "disk '%s'", path);
	plan_grub(disk);
	if (disk->disk->volume && plan_volume(disk, guest->name, err) < 0)
		return -1;
	if (is_volume_to_make(disk) && disk->keeps)
		return error_set(err, "the volume '%s' is not there; leave out "
		    "--keep-filesystem", path);
	if (is_volume_to_make(disk))
		return 0;
	if (check_target(disk, err) < 0)
		return -1;
	if (!disk->gate.looks_only && disk->target.kind == TARGET_IMAGE)
		reap_beside(&disk->target);
	return 0;
}

/* Raw first, and then once more in a table, and in another format. */
static uint64_t
room_for(const struct run_disk *disk)
{
	uint64_t final = disk->full ? disk->target.size : disk->used;

	return final + disk->used * ((disk->table.kind != NULL) +
	    guest_disk_is_qcow2(disk->disk));
}

void
run_disk_adopt(const struct run_disk *disk, struct guest_disk *own)
{
	if (!disk->keeps || !disk->kept.uuid)
		return;
	free(own->fs);
	free(own->uuid);
	own->fs = memory_string(disk->kept.type);
	own->uuid = memory_string(disk->kept.uuid);
}

int
run_disk_check_size(const struct run_disk *disk, struct error *err)
{
	uint64_t needed = filesystem_size_for(&disk->filesystem, disk->used);
	uint64_t around = disk->target.size - disk->filesystem.size;
	bool is_root = guest_disk_is_root(disk->disk);
	auto_free char *needed_text = size_text(needed + around);
	auto_free char *size = size_text(disk->target.size);

	if (needed <= disk->filesystem.size)
		return 0;
	return error_set(err, "%s needs a disk of %s, but '%s' has %s; ask "
	    "for more with %s", is_root ? "the root" : disk->disk->mount,
	    needed_text, disk->target.path, size, is_root ? "--size"
	    : "size=");
}

int
run_disk_check(const struct run_disk *disk, struct error *err)
{
	return run_disk_check_size(disk, err) < 0 ? -1
	    : target_check_room(&disk->target, room_for(disk), err);
}

int
run_disk_begin(struct run_disk *disk, struct error *err)
{
	if (is_volume_to_make(disk)) {
		if (volume_make(&disk->volume, disk->target.size, disk->events,
		    err) < 0)
			return -1;
		target_release(&disk->target);
		if (check_target(disk, err) < 0)
			return -1;
	}
	return target_begin(&disk->target, &disk->gate, err);
}

/* No firmware is to boot what was on it, from either end. */
static int
make_blank(const struct run_disk *disk, struct error *err)
{
	static const char zeros[1 << 20];
	uint64_t size = disk->target.size;
	size_t length = size < sizeof(zeros) ? size : sizeof(zeros);

	if (disk->target.kind == TARGET_IMAGE)
		return 0;
	if (file_write_position(disk->target.fd, zeros, length, 0, err) < 0 ||
	    file_write_position(disk->target.fd, zeros, length, size - length,
	    err) < 0)
		return error_prefix(err, "'%s'", disk->target.path);
	return 0;
}

/* From now on nothing of what it was is left. */
static int
run_disk_clear(struct run_disk *disk, struct error *err)
{
	disk->is_touched = true;
	if (target_wipe(&disk->target, disk->wipe, disk->events, err) < 0)
		return -1;
	if (disk->table.kind || guest_disk_is_qcow2(disk->disk)) {
		disk->staged = target_stage(&disk->target,
		    disk->filesystem.size, err);
		if (disk->staged < 0)
			return -1;
	}
	return 0;
}

int
run_disk_make(struct run_disk *disk, struct error *err)
{
	if (disk->keeps && run_disk_kept_begin(disk, err) < 0)
		return -1;
	if (disk->keeps) {
		disk->is_touched = true;
		return 0;
	}
	if (run_disk_clear(disk, err) < 0)
		return -1;
	return !guest_disk_is_formatted(disk->disk)
	    ? make_blank(disk, err) : filesystem_make(&disk->filesystem, run_disk_fd(disk),
	    disk->events, err);
}

int
run_disk_clone(struct run_disk *disk, int image, struct error *err)
{
	if (run_disk_clear(disk, err) < 0)
		return -1;
	return clone_image(image, run_disk_fd(disk), err) < 0
	    ? error_prefix(err, "'%s'", disk->target.path) : 0;
}

int
run_disk_fd(const struct run_disk *disk)
{
	return disk->staged < 0 ? disk->target.fd : disk->staged;
}

static int
fill_table(const struct run_disk *disk, int whole, struct error *err)
{
	const struct grub grub = grub_of(disk);

	if (partition_table_fill(&disk->table, disk->staged, whole, err) < 0 ||
	    partition_table_write(&disk->table, whole, err) < 0)
		return -1;
	return gets_grub(disk) ? grub_write(&grub, whole, err) : 0;
}

/* Onto the target, or on a stage again if it is to be converted. */
static int
put_into_table(struct run_disk *disk, struct error *err)
{
	auto_close int stage = -1;

	if (!guest_disk_is_qcow2(disk->disk))
		return fill_table(disk, disk->target.fd, err);
	stage = target_stage(&disk->target, disk->target.size, err);
	if (stage < 0 || fill_table(disk, stage, err) < 0)
		return -1;
	close(disk->staged);
	disk->staged = steal_fd(&stage);
	return 0;
}

int
run_disk_finish(struct run_disk *disk, struct error *err)
{
	if (disk->table.kind && put_into_table(disk, err) < 0)
		return error_prefix(err, "'%s'", disk->target.path);
	if (guest_disk_is_qcow2(disk->disk))
		return qcow2_write(disk->staged, disk->target.fd, disk->full,
		    disk->events, err);
	return disk->full ? target_allocate(&disk->target, err) : 0;
}

/* One that is attached as it is takes no part in this. */
int
run_disk_sync(const struct run_disk *disk, struct error *err)
{
	return guest_disk_is_written(disk->disk)
	    ? target_sync(&disk->target, err) : 0;
}

int
run_disk_name(struct run_disk *disk, struct error *err)
{
	if (!guest_disk_is_written(disk->disk))
		return 0;
	if (volume_unmark(&disk->volume, disk->events, err) < 0)
		return -1;
	return target_name(&disk->target, &disk->gate, err);
}

int
run_disk_put(struct run_disk *disk, struct error *err)
{
	return guest_disk_is_written(disk->disk)
	    ? target_put(&disk->target, &disk->gate, err) : 0;
}

int
run_disk_settle(struct run_disk *disk, struct error *err)
{
	return guest_disk_is_written(disk->disk)
	    ? target_settle(&disk->target, err) : 0;
}

void
run_disk_keep(struct run_disk *disk)
{
	disk->is_touched = false;
	disk->volume.is_made = false;
}

void
run_disk_release(struct run_disk *disk)
{
	cleanup_close(&disk->staged);
	target_release(&disk->target);
	signature_release(&disk->kept);
	volume_undo(&disk->volume, disk->events);
	volume_release(&disk->volume);
}

char *
run_disk_text(const struct run_disk *disk)
{
	uint64_t bytes = disk->target.size ? disk->target.size
	    : disk->disk->size;
	auto_free char *size = size_text(bytes);
	const char *mount = disk->disk->mount;

	return memory_printf("%s (%s%s%s%s%s)", disk->target.path
	    ? disk->target.path : disk->disk->path, bytes ? size : "",
	    bytes ? ", " : "", guest_disk_is_written(disk->disk)
	    ? disk->disk->fs : "as it is", mount ? " on " : "",
	    mount ? mount : "");
}
