#include "repo/key_home.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/memory.h"

static const char home_prefix[] = "mkguest-gpg.";

static const char *
temporary_directory(void)
{
	const char *directory = getenv("TMPDIR");

	return directory && *directory ? directory : "/tmp";
}

static void
home_reap_one(int parent, const char *name)
{
	auto_error struct error ignored = {0};
	auto_close int fd = openat(parent, name,
	    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	struct stat status;

	if (fd >= 0 && fstat(fd, &status) == 0 &&
	    status.st_uid == geteuid() && flock(fd, LOCK_EX | LOCK_NB) == 0)
		file_remove_tree(parent, name, &ignored);
}

static void
home_reap(void)
{
	auto_closedir DIR *dir = opendir(temporary_directory());
	struct dirent *entry;

	while (dir && (entry = readdir(dir)))
		if (view_starts(view_of(entry->d_name), home_prefix))
			home_reap_one(dirfd(dir), entry->d_name);
}

/* 1 if a reaper was faster than our lock. */
static int
home_make(struct key_home *home)
{
	struct stat status;

	cleanup_close(&home->lock);
	free(home->path);
	home->lock = -1;
	home->path = memory_printf("%s/%sXXXXXX", temporary_directory(),
	    home_prefix);
	if (!mkdtemp(home->path))
		return -1;
	home->lock = open(home->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (home->lock < 0)
		return errno == ENOENT ? 1 : -1;
	if (flock(home->lock, LOCK_EX) < 0 || fstat(home->lock, &status) < 0)
		return -1;
	return status.st_nlink ? 0 : 1;
}

static int
home_write(const struct key_home *home, const char *name, struct view text,
    struct error *err)
{
	auto_close int fd = openat(home->lock, name,
	    O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd < 0)
		return error_errno(err, "create '%s/%s'", home->path, name);
	if (file_write(fd, text.data, text.length, err) < 0)
		return error_prefix(err, "'%s/%s'", home->path, name);
	return 0;
}

int
key_home_open(struct key_home *home, struct view keys, struct view options,
    struct error *err)
{
	int result;

	*home = KEY_HOME_NONE;
	home_reap();
	while ((result = home_make(home)) > 0)
		;
	if (result < 0)
		return error_errno(err, "create a directory like '%s'",
		    home->path);
	if (home_write(home, "pubring.gpg", keys, err) < 0)
		return -1;
	return home_write(home, "gpg.conf", options, err);
}

void
key_home_close(struct key_home *home)
{
	auto_error struct error ignored = {0};

	if (home->lock >= 0)
		file_remove_tree(AT_FDCWD, home->path, &ignored);
	cleanup_close(&home->lock);
	free(home->path);
	*home = KEY_HOME_NONE;
}
