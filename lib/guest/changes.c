#include "guest/changes.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/memory.h"
#include "guest/change.h"
#include "tree/entry.h"
#include "tree/walk.h"

struct change *
change_new(struct changes *changes, change_apply *apply, char *path)
{
	struct change *change = vector_push(changes);

	*change = (struct change){.apply = apply, .path = path};
	return change;
}

int
change_store(struct changes *changes, struct change *change, const char *data,
    size_t length, struct error *err)
{
	if (!changes->store) {
		int fd = file_temporary(err);

		if (fd < 0)
			return -1;
		changes->store = fd;
	}
	if (file_write_position(changes->store, data, length, changes->stored,
	    err) < 0)
		return -1;
	change->start = changes->stored;
	change->length = length;
	changes->stored += length;
	return 0;
}

static int
store_file(struct changes *changes, struct change *change, int fd,
    struct error *err)
{
	uint64_t start = changes->stored;
	enum { PART = 1 << 20 };
	auto_free char *part = memory_zeroed(PART, 1);
	ssize_t length;

	do {
		length = read(fd, part, PART);
		if (length < 0 && errno != EINTR)
			return error_errno(err, "read");
		if (length > 0 && change_store(changes, change, part,
		    (size_t)length, err) < 0)
			return -1;
	} while (length);
	change->start = start;
	change->length = changes->stored - start;
	return 0;
}

/* A further name of a file that is there by another already. */
static void
store_again(struct changes *changes, struct change *change,
    const char *path)
{
	vector_each(earlier, changes)
		if (earlier != change && !strcmp(earlier->path, path)) {
			change->start = earlier->start;
			change->length = earlier->length;
		}
}

/* What tree_walk finds, as changes. */
struct sink_changes {
	struct tree_sink sink;
	struct changes *changes;
	const char *directory;	/* of the guest, without a slash at its end */
};

static int
sink_changes_add(struct tree_sink *sink, const struct tree_entry *entry,
    struct error *err)
{
	struct sink_changes *own = (struct sink_changes *)sink;
	const char *below = entry->path + 1;
	mode_t mode = entry->status.st_mode;
	struct change *change;

	if (!*below)
		return 0;
	change = change_new(own->changes, change_file,
	    memory_printf("%s%s", own->directory, below));
	change->mode = mode & 07777;
	if (S_ISDIR(mode)) {
		change->apply = change_directory;
	} else if (S_ISLNK(mode)) {
		change->apply = change_symlink;
		change->text = memory_string(entry->target);
	} else if (!S_ISREG(mode)) {
		return error_set(err, "'%s' is neither a file, a directory nor "
		    "a symbolic link", entry_shown(entry->path));
	} else if (entry->link) {
		auto_free char *first = memory_printf("%s%s", own->directory,
		    entry->link + 1);

		store_again(own->changes, change, first);
	} else {
		return store_file(own->changes, change, entry->fd, err);
	}
	return 0;
}

static int
add_below(struct changes *changes, int source, const char *directory,
    struct error *err)
{
	auto_free char *front = memory_string(directory);
	size_t length = strlen(front);
	struct sink_changes sink = {{.add = sink_changes_add}, changes, front};
	struct tree_walk walk = {
		.root = source, .is_part = true, .clamp_time = -1,
	};

	while (length && front[length - 1] == '/')
		front[--length] = '\0';
	return tree_walk(&walk, &sink.sink, err);
}

int
changes_add_tree(struct changes *changes, const char *source,
    const char *directory, struct error *err)
{
	auto_close int fd = open(source, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return error_errno(err, "open '%s'", source);
	return add_below(changes, fd, directory, err) < 0
	    ? error_prefix(err, "'%s'", source) : 0;
}

/* A file or a tree, under a name of its own. */
int
change_new_from(struct changes *changes, const char *source, char *path,
    struct error *err)
{
	auto_close int fd = open(source, O_RDONLY | O_CLOEXEC | O_NONBLOCK |
	    O_NOCTTY);
	struct change *change = change_new(changes, change_file, path);
	struct stat status;

	if (fd < 0 || fstat(fd, &status) < 0)
		return error_errno(err, "open '%s'", source);
	change->mode = status.st_mode & 07777;
	if (S_ISREG(status.st_mode))
		return store_file(changes, change, fd, err) < 0
		    ? error_prefix(err, "'%s'", source) : 0;
	if (!S_ISDIR(status.st_mode))
		return error_set(err, "'%s' is neither a file nor a directory",
		    source);
	change->apply = change_directory;
	return add_below(changes, fd, path, err) < 0
	    ? error_prefix(err, "'%s'", source) : 0;
}

int
changes_load(struct changes *changes, struct error *err)
{
	if (!changes->stored)
		return 0;
	changes->map = mmap(NULL, changes->stored, PROT_READ, MAP_PRIVATE,
	    changes->store, 0);
	if (changes->map != MAP_FAILED)
		return 0;
	changes->map = NULL;
	return error_errno(err, "map a temporary file");
}

int
changes_apply(const struct changes *changes, struct tree_edit *edit,
    struct error *err)
{
	vector_each(change, changes)
		if (change->apply(changes, change, edit, err) < 0)
			return -1;
	return 0;
}

void
changes_release(struct changes *changes)
{
	if (changes->map)
		munmap(changes->map, changes->stored);
	if (changes->store)
		close(changes->store);
	vector_each(change, changes) {
		free(change->path);
		free(change->text);
	}
	vector_release(changes);
	*changes = (struct changes){0};
}
