#include "tree/walk.h"

#include <errno.h>

#include "base/buffer.h"
#include "base/cleanup.h"
#include "sample_tree.h"

static struct error err;

/* Writes down what it is given. */
struct record {
	struct tree_sink sink;
	struct buffer paths;
	struct timespec latest;
	unsigned links;
	unsigned count;
	const char *fails_at;
};

static int
record_add(struct tree_sink *sink, const struct tree_entry *entry,
    struct error *error)
{
	struct record *record = (struct record *)sink;
	const struct stat *status = &entry->status;

	if (record->fails_at && !strcmp(entry->path, record->fails_at)) {
		errno = ENOSPC;
		return error_errno(error, "write");
	}
	buffer_printf(&record->paths, "%s\n", entry->path);
	record->count++;
	record->links += entry->link != NULL;
	if (status->st_mtim.tv_sec > record->latest.tv_sec)
		record->latest = status->st_mtim;
	return 0;
}

static int
walk(struct record *record, int64_t clamp_time)
{
	auto_close int root = open("tree", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct tree_walk request = {.root = root, .clamp_time = clamp_time};

	record->sink.add = record_add;
	buffer_clear(&record->paths);
	record->latest = (struct timespec){0};
	record->links = record->count = 0;
	return tree_walk(&request, &record->sink, &err);
}

static bool
has_path(const struct record *record, const char *path)
{
	auto_free char *line = NULL;

	if (asprintf(&line, "\n%s\n", path) < 0)
		return false;
	return strstr(record->paths.data, line) != NULL;
}

static void
test_order(struct record *record)
{
	ok(succeeds(walk(record, -1), &err), "walked");
	ok(file_replace(AT_FDCWD, "got", record->paths.data,
	    record->paths.length, 0644, &err) == 0 && shell(
	    "mkdir plain; cp -a tree/. plain; rm -rf plain/dev "
	    "plain/lost+found plain/var/socket; mkdir plain/dev\n"
	    "tar --sort=name --hard-dereference -C plain -cf - . | "
	    "tar --quoting-style=literal -tf - | "
	    "sed 's,/$,,' >expected\n"
	    "grep -av '^./dev/' got >rest; diff expected rest"),
	    "the order of GNU tar");
	is_number(record->links, 2, "further names of one file");
	ok(record->latest.tv_sec > 4000000000, "times as they are");
	walk(record, 1700000000);
	ok(record->latest.tv_sec == 1700000000 && !record->latest.tv_nsec,
	    "times are clamped");
	ok(shell("rm -r tree/dev") && succeeds(walk(record, 0), &err) &&
	    has_path(record, "./dev/zero"), "/dev also where there is none");
}

static void
test_failure(struct record *record)
{
	record->fails_at = "./usr/large";
	ok(refuses(walk(record, -1), &err, "'/usr/large': write: "
	    "No space left on device; about "), "what failed, and how much");
	record->fails_at = NULL;
}

static void
test_measure(struct record *record)
{
	auto_close int root = open("tree", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	uint64_t bytes, inodes;

	walk(record, -1);
	ok(succeeds(tree_measure(&(struct tree_walk){.root = root}, &bytes, &inodes, &err), &err),
	    "measured");
	is_number((long long)inodes, record->count - record->links, "inodes");
	ok(bytes > 18 << 20 && bytes < 24 << 20, "bytes");
}

static void
test_mounts(struct record *record)
{
	ok(shell("mkdir tree/mnt; mount -t tmpfs none tree/mnt; "
	    "touch tree/mnt/inside; echo elsewhere >file; "
	    "mount --bind tree/mnt/inside tree/etc/empty"), "two mounts");
	ok(succeeds(walk(record, -1), &err) && has_path(record, "./mnt") &&
	    !has_path(record, "./mnt/inside") &&
	    !has_path(record, "./etc/empty") &&
	    has_path(record, "./etc/one"), "one filesystem only");
	ok(shell("umount tree/etc/empty tree/mnt"), "unmounted");
}

int
main(void)
{
	struct record record = {0};

	scratch_enter();
	ok(sample_tree_make(), "a sample tree");
	test_order(&record);
	test_failure(&record);
	test_measure(&record);
	if (geteuid() == 0)
		test_mounts(&record);
	buffer_release(&record.paths);
	scratch_leave();
	return done();
}
