#include "root/leftover.h"

#include <string.h>
#include <sys/file.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/memory.h"
#include "install/sandbox.h"
#include "root/annex.h"

struct leftover {
	int parent;
	const char *name;
	int (*remove)(const struct leftover *leftover, struct error *err);
};

static DIR *
directory_open(int parent, const char *name)
{
	int fd = openat(parent, name,
	    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	return fd < 0 ? NULL : fdopendir(fd);
}

const char *
leftover_next(DIR *dir)
{
	struct dirent *entry;

	while ((entry = readdir(dir)))
		if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, "..") &&
		    strcmp(entry->d_name, "lost+found"))
			return entry->d_name;
	return NULL;
}

static int
remove_all(const struct leftover *leftover, struct error *err)
{
	auto_free char *annex = annex_name(leftover->name);

	if (file_remove_tree(leftover->parent, annex, err) < 0)
		return -1;
	return file_remove_tree(leftover->parent, leftover->name, err);
}

static int
remove_content(const struct leftover *leftover, struct error *err)
{
	auto_closedir DIR *dir =
	    directory_open(leftover->parent, leftover->name);
	const char *name;

	if (!dir)
		return error_errno(err, "open '%s'", leftover->name);
	while ((name = leftover_next(dir)))
		if (file_remove_tree(dirfd(dir), name, err) < 0)
			return -1;
	return 0;
}

static int
inside_remove(struct sandbox_inside *inside, void *context, struct error *err)
{
	const struct leftover *leftover = context;

	(void)inside;
	return leftover->remove(leftover, err);
}

static void
leftover_end(struct leftover *leftover)
{
	auto_error struct error ignored = {0};
	struct sandbox *sandbox;

	if (leftover->remove(leftover, &ignored) == 0)
		return;
	error_release(&ignored);
	sandbox = sandbox_start(inside_remove, leftover, NULL, &ignored);
	if (sandbox)
		sandbox_wait(sandbox, &ignored);
	sandbox_free(sandbox);
}

void
leftover_remove(int parent, const char *name)
{
	leftover_end(&(struct leftover){parent, name, remove_all});
}

void
leftover_empty(int parent, const char *name)
{
	leftover_end(&(struct leftover){parent, name, remove_content});
}

/* Is it .NAME.PID, or the annex beside that? */
static bool
is_of_target(const char *name, const char *target)
{
	size_t length = strlen(target);
	auto_free char *annex = annex_name("");
	const char *number, *end;

	if (*name != '.' || strncmp(name + 1, target, length) ||
	    name[1 + length] != '.')
		return false;
	number = name + length + 2;
	end = number + strspn(number, "0123456789");
	return end > number && (!*end || !strcmp(end, annex));
}

void
leftover_reap(int parent, const char *name)
{
	auto_closedir DIR *dir = directory_open(parent, ".");
	const char *found;

	while (dir && (found = leftover_next(dir))) {
		auto_close int fd = is_of_target(found, name)
		    ? openat(parent, found, O_RDONLY | O_NOFOLLOW |
		    O_NONBLOCK | O_CLOEXEC) : -1;

		if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0)
			leftover_remove(parent, found);
	}
}
