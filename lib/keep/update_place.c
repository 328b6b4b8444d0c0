#include "keep/update_place.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/memory.h"
#include "install/id_map.h"
#include "repo/cache.h"

enum { BLOCK = 512 };	/* what st_blocks counts */

/* Lists and packages that are fetched, and both versions of what changes. */
static const uint64_t more_bytes = 512 << 20;

/* Nobody takes it for a dead one meanwhile. */
static int
place_lock(struct update_place *place, struct error *err)
{
	if (mkdir(place->path, 0700) < 0)
		return error_errno(err, "make the directory '%s'",
		    place->path);
	if (geteuid() == 0 && chown(place->path, ID_MAP_OF_ROOT,
	    ID_MAP_OF_ROOT) < 0)
		return error_errno(err, "chown '%s'", place->path);
	place->lock = open(place->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (place->lock < 0 || flock(place->lock, LOCK_EX | LOCK_NB) < 0)
		return error_errno(err, "lock '%s'", place->path);
	return 0;
}

/* An image takes what is on it; a device may be full. */
static uint64_t
bytes_of(int image)
{
	struct stat status;
	off_t size = lseek(image, 0, SEEK_END);

	return fstat(image, &status) == 0 && S_ISREG(status.st_mode)
	    ? (uint64_t)status.st_blocks * BLOCK
	    : size > 0 ? (uint64_t)size : 0;
}

static int
place_make(struct update_place *place, const char *work, struct error *err)
{
	auto_close int fd = -1;

	if (file_make_directories(work, 0755, err) < 0)
		return -1;
	fd = open(work, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || flock(fd, LOCK_EX) < 0)
		return error_errno(err, "lock '%s'", work);
	workspace_reap(fd);
	return place_lock(place, err);
}

int
update_place_make(struct update_place *place, const char *cache, int image,
    struct error *err)
{
	auto_free char *directory = cache_directory(cache);
	auto_free char *work = memory_printf("%s/work", directory);

	place->path = memory_printf("%s/update.%ld", work, (long)getpid());
	place->bytes = bytes_of(image) + more_bytes;
	return place_make(place, work, err);
}

int
update_place_enter(const struct update_place *place,
    struct workspace *workspace, struct events *events, struct error *err)
{
	return workspace_open(workspace, place->path, place->bytes, events,
	    err);
}

void
update_place_release(struct update_place *place)
{
	auto_error struct error ignored = {0};

	if (place->path)
		file_remove_tree(AT_FDCWD, place->path, &ignored);
	cleanup_close(&place->lock);
	free(place->path);
}
