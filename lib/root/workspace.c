#include "root/workspace.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/size.h"

/* Bytes that the kernel could give without swapping; 0 if it does not say. */
static uint64_t
memory_available(void)
{
	auto_buffer struct buffer text = {0};
	auto_error struct error ignored = {0};
	struct view rest, line, word;
	uint64_t kilobytes = 0;

	if (file_read_at(AT_FDCWD, "/proc/meminfo", &text, &ignored) < 0)
		return 0;
	rest = (struct view){text.data, text.length};
	while (view_cut(&rest, '\n', &line))
		if (view_starts(line, "MemAvailable:")) {
			view_word(&line, &word);
			view_word(&line, &word);
			number_parse(word, &kilobytes, &ignored);
		}
	return kilobytes << 10;
}

/* An exclusive lock on a directory that is already open; false if held. */
static bool
directory_lock(int fd, bool wait)
{
	return flock(fd, LOCK_EX | (wait ? 0 : LOCK_NB)) == 0;
}

static int
work_open(const char *cache_directory, struct error *err)
{
	auto_free char *path = memory_printf("%s/work", cache_directory);
	int fd;

	if (file_make_directories(path, 0755, err) < 0)
		return -1;
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? error_errno(err, "open '%s'", path) : fd;
}

static void
work_reap_one(int work, const char *name)
{
	auto_error struct error ignored = {0};
	auto_close int fd = openat(work, name,
	    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (fd >= 0 && directory_lock(fd, false))
		file_remove_tree(work, name, &ignored);
}

void
workspace_reap(int work)
{
	int copy = openat(work, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	auto_closedir DIR *dir = copy < 0 ? NULL : fdopendir(copy);
	struct dirent *entry;

	while (dir && (entry = readdir(dir)))
		if (entry->d_name[0] != '.')
			work_reap_one(work, entry->d_name);
}

static int
workspace_mount(const char *cache_directory, struct workspace *workspace,
    struct error *err)
{
	auto_free char *path = memory_printf("%s/work", cache_directory);

	if (mount("mkguest", path, "tmpfs", MS_NOATIME, "mode=0755") < 0)
		return error_errno(err, "mount a tmpfs on '%s'", path);
	cleanup_close(&workspace->work);
	workspace->work = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return workspace->work < 0 ? error_errno(err, "open '%s'", path) : 0;
}

/* Nobody else makes names in `work` while we have its lock. */
static int
workspace_make_root(struct workspace *workspace, struct error *err)
{
	workspace->name = memory_printf("root.%ld", (long)getpid());
	for (unsigned i = 0; file_exists(workspace->work, workspace->name);
	    i++) {
		free(workspace->name);
		workspace->name = memory_printf("root.%u", i);
	}
	if (annex_open(&workspace->annex, workspace->work,
	    workspace->name, err) < 0)
		return -1;
	return annex_make_root(&workspace->annex, workspace->name, err);
}

int
workspace_open(struct workspace *workspace, const char *cache_directory,
    uint64_t bytes, struct events *events, struct error *err)
{
	bool in_memory = bytes + bytes / 2 < memory_available() / 2;

	*workspace = (struct workspace){.root = -1,
		.work = work_open(cache_directory, err)};
	if (workspace->work < 0)
		return -1;
	directory_lock(workspace->work, true);
	workspace_reap(workspace->work);
	if (in_memory &&
	    workspace_mount(cache_directory, workspace, err) < 0) {
		events_debug(events, "%s; working on disk", err->text);
		error_release(err);
	}
	if (workspace_make_root(workspace, err) < 0)
		return error_prefix(err, "in '%s'", cache_directory);
	workspace->root = openat(workspace->work, workspace->name,
	    O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (workspace->root < 0 || !directory_lock(workspace->root, true))
		return error_errno(err, "open a work directory in '%s'",
		    cache_directory);
	flock(workspace->work, LOCK_UN);
	return 0;
}

void
workspace_release(struct workspace *workspace)
{
	auto_error struct error ignored = {0};

	annex_close(&workspace->annex);
	if (workspace->name && workspace->work >= 0)
		file_remove_tree(workspace->work, workspace->name, &ignored);
	cleanup_close(&workspace->root);
	cleanup_close(&workspace->work);
	free(workspace->name);
	*workspace = (struct workspace){.root = -1, .work = -1};
}
