#include "make/run_base_key.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/key.h"
#include "disk/ext_features.h"
#include "make/run.h"
#include "make/run_root.h"

static size_t
count_mounted(const struct guest_disks *disks)
{
	size_t count = 0;

	vector_each(disk, disks)
		count += disk->mount != NULL;
	return count;
}

/* A new UUID would change every checksum in it. */
static bool
is_bound_to_uuid(const struct filesystem *filesystem)
{
	auto_strings struct strings features = {0};
	auto_error struct error unknown = {0};

	return ext_features_read(&features, filesystem->features
	    ? filesystem->features : "", filesystem->changes, &unknown) < 0 ||
	    (strings_has(&features, "metadata_csum") &&
	    !strings_has(&features, "metadata_csum_seed"));
}

bool
run_base_is_shared(const struct run *run)
{
	const struct guest *guest = run->guest;
	auto_run_disk struct run_disk disk = RUN_DISK_NONE;
	auto_error struct error unfit = {0};

	if (guest->iso || guest->keep_filesystem ||
	    count_mounted(&guest->disks) != 1 ||
	    strncmp(guest->disks.items[0].fs, "ext", 3) ||
	    hook_list_has(&run->hooks, HOOK_PERSONALISE) ||
	    hook_list_has(&run->hooks, HOOK_FILLED))
		return false;
	disk.disk = guest->disks.items;
	disk.suite = run->suite;
	return run_disk_describe(&disk, disk.disk->size, &unfit) == 0 &&
	    !is_bound_to_uuid(&disk.filesystem);
}

/* A device that was given no size has one. */
static uint64_t
disk_size(const struct guest_disk *disk)
{
	auto_close int fd = disk->size ? -1
	    : open(disk->path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	off_t end = fd < 0 ? 0 : lseek(fd, 0, SEEK_END);

	return disk->size ? disk->size : end < 0 ? 0 : (uint64_t)end;
}

int
run_base_disk(const struct run *run, struct run_disk *disk, struct error *err)
{
	*disk = RUN_DISK_NONE;
	disk->disk = run->guest->disks.items;
	disk->suite = run->suite;
	disk->events = run->events;
	if (run_disk_describe(disk, disk_size(disk->disk), err) < 0)
		return error_prefix(err, "disk '%s'", disk->disk->path);
	disk->filesystem.label = NULL;
	disk->filesystem.uuid = disk->filesystem.hash_seed = NULL;
	return 0;
}

void
run_base_key_filesystem(struct buffer *key,
    const struct filesystem *filesystem)
{
	key_text(key, "type", filesystem->type);
	key_text(key, "features", filesystem->features);
	key_number(key, "inode size", filesystem->inode_size);
	key_number(key, "size", filesystem->size);
}

static void
key_request(struct buffer *key, const struct root_request *request)
{
	key_text(key, "suite", request->suite_name);
	key_text(key, "architecture", request->architecture);
	key_text(key, "variant", request->variant);
	key_strings(key, "mirror", &request->mirrors);
	key_text(key, "security mirror", request->security_mirror);
	key_strings(key, "keyring", &request->trust.keyrings);
	key_text(key, "cache", request->cache_directory);
	key_strings(key, "include", &request->include);
	key_text(key, "divert", request->divert.path);
	key_strings(key, "but of", &request->divert.keepers);
	vector_each(hook, &request->hooks) {
		key_number(key, "stage", hook->stage);
		key_number(key, "chrooted", hook->is_chrooted);
		key_text(key, "hook", hook->command);
	}
}

int
run_base_key(const struct run *run, char hex[DIGEST_HEX_MAX + 1],
    struct error *err)
{
	auto_run_root_files struct run_root_files files = {0};
	auto_buffer struct buffer key = {0};
	auto_run_disk struct run_disk disk = RUN_DISK_NONE;

	if (run_base_disk(run, &disk, err) < 0)
		return -1;
	run_root_files_make(&files, run);
	key_request(&key, &run->request);
	for (const struct bootstrap_file *file = files.files; file->path;
	    file++) {
		key_text(&key, "file", file->path);
		key_text(&key, "is", file->text);
	}
	run_base_key_filesystem(&key, &disk.filesystem);
	key_finish(&key, hex);
	return 0;
}
