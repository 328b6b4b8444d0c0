#include "make/commit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/vector.h"
#include "root/leftover.h"

/* The directories above it that are not there, from the top. */
static void
commit_find_missing(struct commit_file *file, const char *path)
{
	for (const char *end = strchr(path + 1, '/'); end;
	    end = strchr(end + 1, '/')) {
		auto_free char *directory =
		    memory_copy(path, (size_t)(end - path));

		if (!file_exists(AT_FDCWD, directory))
			strings_add(&file->made, directory);
	}
}

static int
commit_open_directory(struct commit_file *file, const char *path,
    struct error *err)
{
	const char *slash = strrchr(path, '/');
	auto_free char *directory = !slash ? memory_string(".")
	    : memory_copy(path, slash == path ? 1 : (size_t)(slash - path));

	commit_find_missing(file, path);
	if (file_make_directories(directory, 0755, err) < 0)
		return -1;
	file->directory = open(directory,
	    O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return file->directory < 0
	    ? error_errno(err, "open '%s'", directory) : 0;
}

static char *
commit_temporary(const struct commit_file *file)
{
	return memory_printf(".%s.%ld", file->name, (long)getpid());
}

static int
commit_open(struct commit_file *file)
{
	file->fd = openat(file->directory, ".",
	    O_WRONLY | O_TMPFILE | O_CLOEXEC, 0600);
	if (file->fd < 0 && errno == EOPNOTSUPP) {
		file->temporary = commit_temporary(file);
		file->fd = openat(file->directory, file->temporary,
		    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
		    0600);
	}
	return file->fd < 0 ? -1 : flock(file->fd, LOCK_EX | LOCK_NB);
}

static int
commit_write(struct commit_file *file, const struct buffer *content,
    mode_t mode, struct error *err)
{
	if (commit_open(file) < 0)
		return error_errno(err, "create it");
	if (file_write(file->fd, content->data, content->length, err) < 0)
		return -1;
	if (fchmod(file->fd, mode) < 0 || fsync(file->fd) < 0)
		return error_errno(err, "write");
	return 0;
}

int
commit_add(struct commit *commit, const char *path,
    const struct buffer *content, mode_t mode, struct error *err)
{
	const char *slash = strrchr(path, '/');
	struct commit_file *file = vector_push(commit);

	file->directory = file->fd = -1;
	file->name = memory_string(slash ? slash + 1 : path);
	if (commit_open_directory(file, path, err) < 0)
		return error_prefix(err, "'%s'", path);
	leftover_reap(file->directory, file->name);
	if (commit_write(file, content, mode, err) < 0)
		return error_prefix(err, "'%s'", path);
	return 0;
}

int
commit_add_memory(struct commit *commit, const char *path, int memory,
    mode_t mode, struct error *err)
{
	auto_buffer struct buffer content = {0};

	if (lseek(memory, 0, SEEK_SET) < 0)
		return error_errno(err, "read what is to be '%s'", path);
	if (file_read(memory, &content, err) < 0)
		return error_prefix(err, "'%s'", path);
	return commit_add(commit, path, &content, mode, err);
}

int
commit_add_link(struct commit *commit, const char *path, const char *target,
    struct error *err)
{
	const char *slash = strrchr(path, '/');
	struct commit_file *file = vector_push(commit);

	file->directory = file->fd = -1;
	file->name = memory_string(slash ? slash + 1 : path);
	file->target = memory_string(target);
	return commit_open_directory(file, path, err) < 0
	    ? error_prefix(err, "'%s'", path) : 0;
}

/* One of a dead process that had our number would be in the way. */
static int
commit_make_link(struct commit_file *file)
{
	auto_free char *temporary = commit_temporary(file);

	unlinkat(file->directory, temporary, 0);
	if (symlinkat(file->target, file->directory, temporary) < 0)
		return -1;
	file->temporary = steal_pointer(&temporary);
	return 0;
}

static int
commit_link(struct commit_file *file)
{
	auto_free char *self = memory_printf("/proc/self/fd/%d", file->fd);
	auto_free char *temporary = commit_temporary(file);

	if (linkat(AT_FDCWD, self, file->directory, temporary,
	    AT_SYMLINK_FOLLOW) < 0)
		return -1;
	file->temporary = steal_pointer(&temporary);
	return 0;
}

int
commit_name(struct commit *commit, struct error *err)
{
	vector_each(file, commit)
		if (!file->temporary && (file->target
		    ? commit_make_link(file) : commit_link(file)) < 0)
			return error_errno(err, "name '%s'", file->name);
	return 0;
}

int
commit_put(struct commit *commit, struct error *err)
{
	vector_each(file, commit) {
		if (renameat(file->directory, file->temporary,
		    file->directory, file->name) < 0)
			return error_errno(err, "rename to '%s'", file->name);
		free(steal_pointer(&file->temporary));
	}
	return 0;
}

int
commit_settle(const struct commit *commit, struct error *err)
{
	vector_each(file, commit)
		if (fsync(file->directory) < 0)
			return error_errno(err, "sync the directory of '%s'",
			    file->name);
	return 0;
}

static void
commit_file_release(struct commit_file *file)
{
	if (file->temporary)
		unlinkat(file->directory, file->temporary, 0);
	cleanup_close(&file->fd);
	cleanup_close(&file->directory);
	free(file->name);
	free(file->temporary);
	free(file->target);
	for (size_t i = file->made.count; i > 0; i--)
		rmdir(file->made.items[i - 1]);
	strings_release(&file->made);
}

/* The last first: its directories may be in those of the others. */
void
commit_release(struct commit *commit)
{
	for (size_t i = commit->count; i > 0; i--)
		commit_file_release(&commit->items[i - 1]);
	vector_release(commit);
}
