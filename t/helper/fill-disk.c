/*
 * fill-disk TYPE DISK TREE [FEATURES]
 *
 * Makes a filesystem on an image file that is there, or on a device, which it
 * holds, and fills it with the tree, as a run of mkguest does: in a sandbox.
 * An empty image becomes as large as the tree needs. Of the type "kept" is what
 * is there already.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <uuid/uuid.h>

#include "base/cleanup.h"
#include "base/epoch.h"
#include "disk/filesystem.h"
#include "install/sandbox.h"

struct filling {
	const struct filesystem *filesystem;
	const char *tree;
	int disk;
};

static void
show(struct events *events, enum event_level level, const char *text)
{
	(void)events;
	if (level != EVENT_DEBUG)
		fprintf(stderr, "%s\n", text);
}

static int
fill(struct sandbox_inside *inside, void *context, struct error *err)
{
	const struct filling *filling = context;
	auto_close int root = open(filling->tree,
	    O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct tree_walk walk = {
		.root = root, .clamp_time = source_date_epoch(),
	};

	if (root < 0)
		return error_errno(err, "open '%s'", filling->tree);
	return filesystem_fill(filling->filesystem, filling->disk, &walk,
	    sandbox_events(inside), err);
}

static int
choose_size(struct filesystem *filesystem, const struct filling *filling,
    struct error *err)
{
	auto_close int root = open(filling->tree,
	    O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct tree_walk walk = {.root = root};
	off_t size = lseek(filling->disk, 0, SEEK_END);
	uint64_t bytes;

	filesystem->size = (uint64_t)size;
	if (size)
		return size < 0 ? error_errno(err, "open") : 0;
	if (tree_measure(&walk, &bytes, &filesystem->inodes, err) < 0)
		return -1;
	filesystem->size = filesystem_size_for(filesystem, bytes);
	return ftruncate(filling->disk, (off_t)filesystem->size);
}

static int
work(struct filesystem *filesystem, struct filling *filling,
    struct error *err)
{
	struct events events = {.message = show};
	auto_signature struct signature kept = {0};
	struct sandbox *sandbox;
	int result;

	if (!strcmp(filesystem->type, "kept")) {
		if (filesystem_check_existing(filling->disk, &kept, &events,
		    err) < 0)
			return -1;
		filesystem->type = kept.type;
	} else if (choose_size(filesystem, filling, err) < 0 ||
	    filesystem_make(filesystem, filling->disk, &events, err) < 0) {
		return -1;
	}
	sandbox = sandbox_start(fill, filling, &events, err);
	if (!sandbox)
		return -1;
	result = sandbox_wait(sandbox, err);
	sandbox_free(sandbox);
	return result < 0 || fsync(filling->disk) < 0 ? -1 : 0;
}

int
main(int argc, char **argv)
{
	auto_error struct error err = {0};
	uuid_t number;
	char uuid[UUID_STR_LEN];
	struct filesystem filesystem = {
		.type = argc > 3 ? argv[1] : "",
		.features = argc > 4 ? argv[4] : NULL,
		.label = "a-label",
		.uuid = uuid,
		.hash_seed = "0f0e0d0c-0b0a-4908-8706-050403020101",
	};
	auto_close int disk = argc > 3 ? open(argv[2], O_RDWR | O_EXCL) : -1;
	struct filling filling = {
		&filesystem, argc > 3 ? argv[3] : "", disk,
	};

	uuid_generate(number);
	uuid_unparse(number, uuid);
	if (work(&filesystem, &filling, &err) == 0)
		return 0;
	fprintf(stderr, "fill-disk: %s\n", err.text ? err.text : "failed");
	return 1;
}
