#include "disk/target_hold.h"

#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "base/cleanup.h"
#include "base/digest.h"
#include "base/file.h"
#include "base/lock.h"
#include "base/memory.h"

struct target_hold *
target_hold_new(void)
{
	struct target_hold *hold = memory_new(struct target_hold);

	hold->device = hold->disk = hold->lock = -1;
	return hold;
}

/* An image is its directory and a name, as it may not exist yet. */
static char *
image_lock_name(const struct stat *directory, const char *name)
{
	struct digest *digest = digest_new(DIGEST_SHA256);
	char hex[DIGEST_HEX_MAX + 1];

	digest_add(digest, &directory->st_dev, sizeof(directory->st_dev));
	digest_add(digest, &directory->st_ino, sizeof(directory->st_ino));
	digest_add(digest, name, strlen(name));
	digest_finish(digest, hex);
	digest_free(digest);
	return memory_printf("image:%s", hex);
}

static char *
lock_name(const struct target *target)
{
	bool is_image = target->kind == TARGET_IMAGE;
	struct stat status;

	if (fstat(is_image ? target->directory : target->hold->device,
	    &status) < 0)
		return NULL;
	return is_image ? image_lock_name(&status, target->name)
	    : memory_printf("block:%u:%u", major(status.st_rdev),
	    minor(status.st_rdev));
}

int
target_hold_lock(struct target *target, const struct target_gate *gate,
    struct error *err)
{
	struct target_hold *hold = target->hold;
	auto_free char *name = lock_name(target);
	auto_free char *what = memory_printf("'%s'", target->path);

	if (!name)
		return error_errno(err, "'%s'", target->path);
	hold->lock_path = memory_printf("%s/%s", gate->locks, name);
	if (gate->looks_only)
		return 0;
	if (file_make_directories(gate->locks, 0755, err) < 0)
		return -1;
	hold->lock = lock_take(hold->lock_path, what, err);
	return hold->lock < 0 ? -1 : 0;
}

void
target_hold_free(struct target_hold *hold)
{
	if (!hold)
		return;
	cleanup_close(&hold->device);
	cleanup_close(&hold->disk);
	cleanup_close(&hold->lock);
	free(hold->lock_path);
	free(hold);
}
