#include "keep/clone_disk.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/apart.h"
#include "base/cleanup.h"
#include "base/confined.h"
#include "base/file.h"
#include "disk/clone.h"
#include "disk/ext_state.h"
#include "disk/filesystem.h"
#include "tree/ext_identity.h"

enum { BLOCK = 512 };	/* what st_blocks counts */

/* --- can it be? ----------------------------------------------------------- */

static bool
is_ext(const struct guest_disk *disk)
{
	return disk->fs && !strncmp(disk->fs, "ext", 3);
}

/* What none of these sentences fits can be cloned. */
static const char *
why_not(const struct guest_disk *disk, const struct stat *status)
{
	if (!guest_disk_is_written(disk))
		return "is only attached, so that two guests would share it";
	if (!S_ISREG(status->st_mode))
		return "is a device; only images are cloned";
	if (guest_disk_is_qcow2(disk))
		return "is in the format qcow2; only raw images are cloned";
	if (disk->table)
		return "has a partition table; only images that hold nothing "
		    "but a filesystem are cloned";
	if (!is_ext(disk) && !guest_disk_is_swap(disk))
		return "holds neither ext2, ext3 or ext4 nor swap space";
	return NULL;
}

static int
check_kind(const struct guest_disk *disk, struct stat *status,
    struct error *err)
{
	const char *why;

	if (guest_disk_is_network(disk))
		return error_set(err, "'%s' is a network disk; only images are "
		    "cloned", disk->path);
	if (stat(disk->path, status) < 0)
		return error_errno(err, "'%s'", disk->path);
	why = why_not(disk, status);
	return why ? error_set(err, "'%s' %s", disk->path, why) : 0;
}

/* Refuses what is in use, or was not unmounted cleanly. */
static int
open_source(struct clone_disk *disk, const struct stat *status,
    struct error *err)
{
	struct target_gate gate = disk->gate;

	gate.replace = true;
	if (claims_check_idle(disk->claims, disk->old->path, err) < 0 ||
	    target_check(&disk->source, disk->old->path,
	    (uint64_t)status->st_size, &gate, err) < 0)
		return -1;
	disk->fd = target_former(&disk->source, err);
	if (disk->fd < 0)
		return -1;
	return !is_ext(disk->old) || ext_state_check_known(disk->fd, err) == 0
	    ? 0 : error_prefix(err, "'%s'", disk->old->path);
}

int
clone_disk_plan(struct clone_disk *disk, const char *owner, struct error *err)
{
	const char *path = disk->new->path;
	struct stat status;

	if (check_kind(disk->old, &status, err) < 0)
		return -1;
	if (file_exists(AT_FDCWD, path))
		return error_set(err, "'%s' is there already; remove it, or "
		    "say --image-dir", path);
	if (claims_check(disk->claims, owner, path, err) < 0 ||
	    open_source(disk, &status, err) < 0)
		return -1;
	return target_check(&disk->target, path, (uint64_t)status.st_size,
	    &disk->gate, err);
}

/* --- the copy ------------------------------------------------------------- */

/* A UUID that checksums are made of stays their seed. */
static void
keep_checksums(ext2_filsys fs)
{
	if (!ext2fs_has_feature_metadata_csum(fs->super) ||
	    ext2fs_has_feature_csum_seed(fs->super))
		return;
	fs->super->s_checksum_seed = fs->csum_seed;
	ext2fs_set_feature_csum_seed(fs->super);
}

static int
identify(void *context, struct error *err)
{
	const struct clone_disk *disk = context;
	const struct ext_identity identity = {
		disk->new->uuid, disk->new->label,
	};
	ext2_filsys fs = ext_open_staged(disk->target.fd, err);
	int result;

	if (!fs)
		return -1;
	keep_checksums(fs);
	result = ext_identity_set(fs, &identity, err);
	if (result == 0)
		result = ext_commit(fs, err);
	ext_abandon(fs);
	return result;
}

static int
identify_confined(void *context, struct error *err)
{
	const struct clone_disk *disk = context;
	const struct confined confined = {
		.run = identify, .context = context,
		.file_max = disk->target.size,
	};

	return confined_run(&confined, err);
}

static int
make_swap(const struct clone_disk *disk, struct error *err)
{
	const struct filesystem swap = {
		.type = "swap", .uuid = disk->new->uuid,
		.label = disk->new->label, .size = disk->target.size,
	};

	return filesystem_make(&swap, disk->target.fd, disk->events, err);
}

int
clone_disk_make(struct clone_disk *disk, struct error *err)
{
	struct stat status;

	if (fstat(disk->fd, &status) < 0)
		return error_errno(err, "'%s'", disk->old->path);
	if (target_check_room(&disk->target, (uint64_t)status.st_blocks *
	    BLOCK, err) < 0 ||
	    target_begin(&disk->target, &disk->gate, err) < 0)
		return -1;
	if (guest_disk_is_swap(disk->new))
		return make_swap(disk, err);
	events_step(disk->events, "cloning the disk");
	return clone_image(disk->fd, disk->target.fd, err) < 0 ||
	    apart_run(identify_confined, disk, err) < 0
	    ? error_prefix(err, "'%s'", disk->new->path) : 0;
}

void
clone_disk_release(struct clone_disk *disk)
{
	target_release(&disk->source);
	target_release(&disk->target);
	cleanup_close(&disk->fd);
}
