#include "root/base_tar.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/thread.h"
#include "install/guest_mounts.h"
#include "tree/read_tar.h"
#include "tree/sink.h"
#include "tree/walk.h"

enum { HEAD = 128 };	/* bytes that show what a file is */

/* Hands on to a tar what belongs into a base. */
struct base_sink {
	struct tree_sink sink;
	struct tree_sink *tar;
};

/* Packages bring no keys but those of examples, in /usr. */
static bool
entry_is_private_key(const struct tree_entry *entry)
{
	static const char begin[] = "-----BEGIN ";
	char head[HEAD + 1] = "";

	if (entry->fd < 0 || !S_ISREG(entry->status.st_mode) ||
	    !strncmp(entry->path, "./usr/", strlen("./usr/")) ||
	    pread(entry->fd, head, HEAD, 0) < (ssize_t)strlen(begin))
		return false;
	return !strncmp(head, begin, strlen(begin)) &&
	    strstr(head, "PRIVATE KEY-----");
}

static int
base_sink_add(struct tree_sink *sink, const struct tree_entry *entry,
    struct error *err)
{
	struct base_sink *base = (struct base_sink *)sink;

	if (entry_is_private_key(entry))
		return error_set(err, "is a private key, which no two roots "
		    "may share");
	return base->tar->add(base->tar, entry, err);
}

int
base_tar_write(int root, const char *without, int tar, struct error *err)
{
	struct tree_walk walk = {
		.root = root, .clamp_time = -1, .without = without,
	};
	struct base_sink base = {
		.sink = {.add = base_sink_add},
		.tar = sink_tar_new(tar, err),
	};
	int result = base.tar ? tree_walk(&walk, &base.sink, err) : -1;

	if (result == 0)
		result = base.tar->finish(base.tar, err);
	if (base.tar)
		base.tar->free(base.tar);
	return result;
}

/* Hands on to a directory what is not in /dev. */
struct nodeless_sink {
	struct tree_sink sink;
	struct tree_sink *directory;
};

static int
nodeless_sink_add(struct tree_sink *sink, const struct tree_entry *entry,
    struct error *err)
{
	struct nodeless_sink *nodeless = (struct nodeless_sink *)sink;

	if (!strncmp(entry->path, "./dev/", strlen("./dev/")))
		return 0;
	return nodeless->directory->add(nodeless->directory, entry, err);
}

/* The digest is taken while the tar is read. */
struct reading {
	const struct base *base;
	struct error damage;
};

static void *
reading_check(void *context)
{
	struct reading *reading = context;

	base_check(reading->base, &reading->damage);
	return NULL;
}

int
base_tar_unpack(int tar, int root, struct error *err)
{
	struct nodeless_sink nodeless = {
		.sink = {.add = nodeless_sink_add},
		.directory = sink_directory_new(root),
	};
	struct tree_sink *directory = nodeless.directory;
	int result = tree_read_tar(tar, &nodeless.sink, err);

	if (result == 0)
		result = directory->finish(directory, err);
	directory->free(directory);
	return result < 0 ? -1 : guest_mounts_static_nodes(root, err);
}

int
base_tar_read(const struct base *base, int root, struct error *err)
{
	struct reading reading = {.base = base};
	pthread_t thread;
	int result;

	if (!thread_start(&thread, reading_check, &reading))
		return error_set(err, "cannot start a thread");
	result = base_tar_unpack(base->fd, root, err);
	pthread_join(thread, NULL);
	if (!reading.damage.text)
		return result < 0 ? -1 : 1;
	error_release(err);
	error_move(err, &reading.damage);
	return 0;
}
