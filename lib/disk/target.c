#include "disk/target.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/size.h"
#include "base/text.h"
#include "disk/block.h"
#include "disk/image.h"
#include "disk/target_hold.h"

/* What no line of a domain file can hold is no name of a disk. */
static int
path_check(const char *path, struct error *err)
{
	if (!*path)
		return error_usage(err, "the path of the disk is empty");
	for (; *path; path++)
		if (iscntrl((unsigned char)*path))
			return error_usage(err, "the path of the disk holds a "
			    "control character");
	return 0;
}

/* A path in /dev that is not there is a mistake, not a wish for an image. */
static bool
is_missing_device(const char *path)
{
	struct view view = view_of(path);

	return view_starts(view, "/dev/") && !view_starts(view, "/dev/shm/");
}

static int
target_find_kind(struct target *target, struct error *err)
{
	struct stat status;

	if (stat(target->path, &status) < 0) {
		if (errno != ENOENT)
			return error_errno(err, "'%s'", target->path);
		if (is_missing_device(target->path))
			return error_set(err, "there is no device '%s'",
			    target->path);
		target->kind = TARGET_IMAGE;
		return 0;
	}
	if (S_ISDIR(status.st_mode))
		return error_set(err, "'%s' is a directory; name an image "
		    "file or a block device", target->path);
	if (!S_ISREG(status.st_mode) && !S_ISBLK(status.st_mode))
		return error_set(err, "'%s' is neither an image file nor a "
		    "block device", target->path);
	target->kind = S_ISBLK(status.st_mode) ? TARGET_BLOCK : TARGET_IMAGE;
	return 0;
}

static int
target_look(struct target *target, const struct target_gate *gate,
    struct error *err)
{
	return target->kind == TARGET_BLOCK ? block_check(target, gate, err)
	    : image_check(target, gate, err);
}

int
target_check(struct target *target, const char *path, uint64_t size,
    const struct target_gate *gate, struct error *err)
{
	*target = TARGET_NONE;
	target->size = size;
	target->hold = target_hold_new();
	if (path_check(path, err) < 0)
		return -1;
	target->path = file_absolute_path(path);
	if (target_find_kind(target, err) < 0 ||
	    target_look(target, gate, err) < 0)
		return -1;
	return gate->locks ? target_hold_lock(target, gate, err) : 0;
}

int
target_device(const struct target *target)
{
	if (target->kind != TARGET_BLOCK)
		return -1;
	return target->fd >= 0 ? target->fd : target->hold->device;
}

int
target_former(const struct target *target, struct error *err)
{
	return image_former(target, err);
}

const char *
target_lock_path(const struct target *target)
{
	return target->hold ? target->hold->lock_path : NULL;
}

void
target_warn(const struct target *target, struct events *events)
{
	if (target->former)
		events_warn(events, "'%s' is %s: it holds %s", target->path,
		    target->kind == TARGET_IMAGE ? "replaced" : "written over",
		    target->former);
}

int
target_check_attached(struct target *target, const char *path,
    struct error *err)
{
	*target = TARGET_NONE;
	target->path = file_absolute_path(path);
	if (access(target->path, F_OK) < 0)
		return error_errno(err, "'%s'", target->path);
	return target_find_kind(target, err);
}

int
target_check_room(const struct target *target, uint64_t bytes,
    struct error *err)
{
	return target->kind == TARGET_IMAGE
	    ? image_check_room(target, bytes, err) : 0;
}

int
target_begin(struct target *target, const struct target_gate *gate,
    struct error *err)
{
	return target->kind == TARGET_BLOCK ? block_begin(target, gate, err)
	    : image_begin(target, gate, err);
}

int
target_stage(const struct target *target, uint64_t size, struct error *err)
{
	auto_close int stage = target->kind == TARGET_IMAGE
	    ? image_stage(target, err) : file_temporary(err);

	if (stage < 0)
		return -1;
	if (ftruncate(stage, (off_t)size) < 0)
		return error_errno(err, "stage '%s'", target->path);
	return steal_fd(&stage);
}

int
target_allocate(const struct target *target, struct error *err)
{
	return target->kind == TARGET_IMAGE ? image_allocate(target, err) : 0;
}

int
target_begin_in_place(struct target *target, const struct target_gate *gate,
    struct error *err)
{
	target->in_place = true;
	return target->kind == TARGET_BLOCK ? block_begin(target, gate, err)
	    : image_begin_in_place(target, gate, err);
}

/* What was written behind the end of a device that has shrunk the kernel drops
 * without an error. */
static int
check_size(const struct target *target, struct error *err)
{
	off_t end = lseek(target->fd, 0, SEEK_END);
	auto_free char *before = size_text(target->size);
	auto_free char *now = size_text(end < 0 ? 0 : (uint64_t)end);

	return end >= 0 && (uint64_t)end >= target->size ? 0
	    : error_set(err, "'%s' has shrunk from %s to %s meanwhile",
	    target->path, before, now);
}

int
target_sync(const struct target *target, struct error *err)
{
	if (fsync(target->fd) < 0)
		return error_errno(err, "sync '%s'", target->path);
	return target->kind == TARGET_BLOCK ? check_size(target, err) : 0;
}

static bool
is_new_image(const struct target *target)
{
	return target->kind == TARGET_IMAGE && !target->in_place;
}

int
target_name(struct target *target, const struct target_gate *gate,
    struct error *err)
{
	return is_new_image(target) ? image_name(target, gate, err) : 0;
}

int
target_put(struct target *target, const struct target_gate *gate,
    struct error *err)
{
	return is_new_image(target) ? image_put(target, gate, err) : 0;
}

int
target_settle(struct target *target, struct error *err)
{
	if (target->kind == TARGET_BLOCK)
		return block_settle(target, err);
	if (!target->in_place && image_settle(target, err) < 0)
		return -1;
	cleanup_close(&target->fd);
	target->fd = -1;
	target_hold_free(steal_pointer(&target->hold));
	return 0;
}

int
target_commit(struct target *target, const struct target_gate *gate,
    struct error *err)
{
	if (target_sync(target, err) < 0 ||
	    target_name(target, gate, err) < 0 ||
	    target_put(target, gate, err) < 0)
		return -1;
	return target_settle(target, err);
}

void
target_unname(struct target *target)
{
	if (target->temporary)
		unlinkat(target->directory, target->temporary, 0);
	free(steal_pointer(&target->temporary));
}

void
target_leave(struct target *target)
{
	target_hold_free(steal_pointer(&target->hold));
	cleanup_close(&target->directory);
	target->directory = -1;
}

void
target_release(struct target *target)
{
	target_unname(target);
	cleanup_close(&target->fd);
	cleanup_close(&target->directory);
	target_hold_free(target->hold);
	free(target->path);
	free(target->former);
	free(target->name);
	*target = TARGET_NONE;
}

void
target_reap(const char *directory)
{
	image_reap(directory);
}
