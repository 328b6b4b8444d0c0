#include "root/root_format.h"

#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/cleanup.h"
#include "base/epoch.h"
#include "disk/filesystem.h"
#include "disk/squashfs.h"
#include "guest/identity.h"
#include "root/suite_filesystem.h"
#include "tree/sink.h"
#include "tree/walk.h"

static struct tree_sink *
open_tar(const struct root_writing *writing, struct error *err)
{
	return sink_tar_new_compressed(writing->fd, writing->compression,
	    writing->threads, err);
}

static struct tree_sink *
open_squashfs(const struct root_writing *writing, struct error *err)
{
	struct squashfs squashfs = {
		.fd = writing->fd, .threads = writing->threads,
		.events = writing->events,
	};
	int64_t latest = source_date_epoch();

	if (fstat(writing->walk->root, &squashfs.root) < 0) {
		error_errno(err, "root directory");
		return NULL;
	}
	if (latest >= 0 && squashfs.root.st_mtime > latest)
		squashfs.root.st_mtime = latest;
	return squashfs_sink_new(&squashfs, err);
}

static int
make_filesystem(const struct root_writing *writing,
    struct filesystem *filesystem, struct error *err)
{
	uint64_t bytes;

	if (tree_measure(writing->walk, &bytes, &filesystem->inodes, err) < 0)
		return -1;
	filesystem->size = writing->size ? writing->size
	    : filesystem_size_for(filesystem, bytes);
	if (ftruncate(writing->fd, (off_t)filesystem->size) < 0)
		return error_errno(err, "set its size");
	return filesystem_make(filesystem, writing->fd, writing->events, err);
}

/* Roots of one suite and one SOURCE_DATE_EPOCH have the same UUID. */
static struct tree_sink *
open_filesystem(const struct root_writing *writing, struct error *err)
{
	struct identity identity = {writing->suite->codename, NULL};
	auto_free char *uuid = identity_uuid(&identity, "filesystem");
	auto_free char *seed = identity_uuid(&identity, "hash seed");
	struct filesystem filesystem = {
		.type = writing->format->name,
		.uuid = uuid,
		.hash_seed = seed,
	};

	if (suite_filesystem(writing->suite, &filesystem, err) < 0 ||
	    make_filesystem(writing, &filesystem, err) < 0)
		return NULL;
	return sink_ext_new(writing->fd, err);
}

static const struct root_format formats[] = {
	{"directory", "dir", .kind = FORMAT_DIRECTORY},
	{"tar", NULL, {".tar"}, FORMAT_STREAM, true, .open = open_tar},
	{"squashfs", "sqfs", {".squashfs", ".sqfs"}, FORMAT_IMAGE,
	    .check = squashfs_check, .open = open_squashfs},
	{"ext2", NULL, {".ext2"}, FORMAT_IMAGE, true, true,
	    .open = open_filesystem},
	{"ext3", NULL, {".ext3"}, FORMAT_IMAGE, true, true,
	    .open = open_filesystem},
	{"ext4", NULL, {".ext4"}, FORMAT_IMAGE, true, true,
	    .open = open_filesystem},
	{"null", .kind = FORMAT_NULL},
};

enum { FORMATS = sizeof(formats) / sizeof(*formats) };

static const struct root_format *
format_named(const char *name)
{
	for (size_t i = 0; i < FORMATS; i++)
		if (!strcmp(name, formats[i].name) ||
		    (formats[i].alias && !strcmp(name, formats[i].alias)))
			return &formats[i];
	return NULL;
}

static const struct root_format *
format_of_name(const char *target)
{
	if (compression_of_name(target))
		return format_named("tar");
	for (size_t i = 0; i < FORMATS; i++)
		for (size_t j = 0; j < 2 && formats[i].suffixes[j]; j++)
			if (view_ends(view_of(target), formats[i].suffixes[j]))
				return &formats[i];
	return format_named("directory");
}

/* What is there already says more than the name. */
static const struct root_format *
format_of_target(const char *target)
{
	bool is_stdout = !strcmp(target, "-");
	struct stat status = {0};

	if ((is_stdout ? fstat(STDOUT_FILENO, &status)
	    : stat(target, &status)) < 0)
		return format_of_name(target);
	if (S_ISCHR(status.st_mode) && status.st_rdev == makedev(1, 3))
		return format_named("null");
	if (!is_stdout && S_ISDIR(status.st_mode))
		return format_named("directory");
	if (is_stdout || S_ISFIFO(status.st_mode) || S_ISCHR(status.st_mode))
		return format_named("tar");
	return format_of_name(target);
}

const struct root_format *
root_format_find(const char *name, const char *target, struct error *err)
{
	const struct root_format *format;
	auto_buffer struct buffer known = {0};

	if (!name || !strcmp(name, "auto"))
		return format_of_target(target);
	format = format_named(name);
	if (format)
		return format;
	for (size_t i = 0; i < FORMATS; i++)
		buffer_printf(&known, ", %s", formats[i].name);
	error_usage(err, "unknown format '%s'; there are auto%s", name,
	    known.data);
	return NULL;
}
