#include "base/private_directory.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/memory.h"

static const char place_in_memory[] = "/dev/shm";

static const char *
temporary_place(void)
{
	const char *place = getenv("TMPDIR");

	return place && *place ? place : "/tmp";
}

static void
reap_one(int place, const char *name)
{
	auto_error struct error ignored = {0};
	auto_close int fd = openat(place, name,
	    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	struct stat status;

	if (fd >= 0 && fstat(fd, &status) == 0 &&
	    status.st_uid == geteuid() && flock(fd, LOCK_EX | LOCK_NB) == 0)
		file_remove_tree(place, name, &ignored);
}

static void
reap(const char *place, const char *prefix)
{
	auto_closedir DIR *stream = opendir(place);
	struct dirent *entry;

	while (stream && (entry = readdir(stream)))
		if (view_starts(view_of(entry->d_name), prefix))
			reap_one(dirfd(stream), entry->d_name);
}

/* 1 if a reaper was faster than our lock. */
static int
make_one(struct private_directory *directory, const char *place,
    const char *prefix)
{
	struct stat status;

	cleanup_close(&directory->lock);
	free(directory->path);
	directory->lock = -1;
	directory->path = memory_printf("%s/%s.XXXXXX", place, prefix);
	if (!mkdtemp(directory->path)) {
		free(steal_pointer(&directory->path));
		return -1;
	}
	directory->lock = open(directory->path,
	    O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (directory->lock < 0)
		return errno == ENOENT ? 1 : -1;
	if (flock(directory->lock, LOCK_EX) < 0 ||
	    fstat(directory->lock, &status) < 0)
		return -1;
	return status.st_nlink ? 0 : 1;
}

static int
open_in(struct private_directory *directory, const char *place,
    const char *prefix, struct error *err)
{
	int result;

	*directory = PRIVATE_DIRECTORY_NONE;
	reap(place, prefix);
	do
		result = make_one(directory, place, prefix);
	while (result > 0);
	return result < 0 ? error_errno(err, "make a directory in '%s'",
	    place) : 0;
}

int
private_directory_open(struct private_directory *directory,
    const char *prefix, struct error *err)
{
	return open_in(directory, temporary_place(), prefix, err);
}

int
private_directory_open_secret(struct private_directory *directory,
    const char *prefix, struct error *err)
{
	auto_error struct error ignored = {0};

	if (open_in(directory, place_in_memory, prefix, &ignored) == 0)
		return 0;
	private_directory_close(directory);
	return private_directory_open(directory, prefix, err);
}

void
private_directory_close(struct private_directory *directory)
{
	auto_error struct error ignored = {0};

	if (directory->lock >= 0)
		file_remove_tree(AT_FDCWD, directory->path, &ignored);
	cleanup_close(&directory->lock);
	free(directory->path);
	*directory = PRIVATE_DIRECTORY_NONE;
}
