#include "keep/removal_way.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/memory.h"
#include "disk/volume.h"
#include "disk/wipe.h"

/* That is on the disk, too, before anything that comes later goes. */
int
removal_of_file(const struct removal *removal __attribute__((unused)),
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

int
removal_of_directory(const struct removal *removal __attribute__((unused)),
    struct removal_item *item, struct error *err)
{
	if (rmdir(item->path) == 0 || errno == ENOENT || errno == ENOTEMPTY)
		return 0;
	return error_errno(err, "remove '%s'", item->path);
}

int
removal_of_image(const struct removal *removal, struct removal_item *item,
    struct error *err)
{
	if (removal->wipe && image_wipe(item->path, removal->events, err) < 0)
		return -1;
	return removal_of_file(removal, item, err);
}

int
removal_by_zeros(const struct removal *removal, struct removal_item *item,
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
int
removal_of_volume(const struct removal *removal, struct removal_item *item,
    struct error *err)
{
	auto_volume struct volume volume = {0};

	if (removal->wipe && removal_by_zeros(removal, item, err) < 0)
		return -1;
	target_release(&item->target);
	item->target = TARGET_NONE;
	return volume_read(&volume, item->disk->volume, item->path,
	    err) < 0 ? -1 : volume_remove(&volume, removal->events, err);
}
