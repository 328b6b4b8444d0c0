#include "tree/sink.h"

#include <archive.h>
#include <archive_entry.h>
#include <locale.h>
#include <stdbool.h>
#include <string.h>
#include <sys/sysmacros.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/memory.h"
#include "tree/acl.h"
#include "tree/content.h"

enum { TAR_BLOCK = 10240, LINK_NAME = 100 };	/* in a header */

struct sink_tar {
	struct tree_sink sink;
	int fd;
	struct compress *compress;	/* into fd; or NULL */
	struct archive *archive;
	struct archive *gnu;	/* for some entries (sink_tar_archive); or NULL */
	struct archive_entry *entry;
	locale_t utf8;
	char *block;	/* CONTENT_BLOCK */
	struct error failure;	/* of writing */
	bool stopped;	/* nothing more is written */
};

/*
 * libarchive is never told of a failure, for it would not free all it has
 * then (3.6.2); sink_tar_error looks for one.
 */
static la_ssize_t
sink_tar_write(struct archive *archive, void *context, const void *data,
    size_t length)
{
	struct sink_tar *tar = context;

	(void)archive;
	if (!tar->stopped && (tar->compress
	    ? compress_write(tar->compress, data, length, &tar->failure)
	    : file_write(tar->fd, data, length, &tar->failure)) < 0)
		tar->stopped = true;
	return (la_ssize_t)length;
}

/* 0 if neither libarchive (result) nor the writing has failed. */
static int
sink_tar_error(struct sink_tar *tar, struct archive *archive,
    la_ssize_t result, struct error *err)
{
	const char *text = archive_error_string(archive);

	if (tar->failure.text)
		return error_move(err, &tar->failure);
	if (result >= ARCHIVE_WARN)
		return 0;
	return error_set(err, "write tar: %s", text ? text : "failed");
}

static int
sink_tar_content(struct sink_tar *tar, const struct tree_entry *entry,
    struct error *err)
{
	uint64_t left = (uint64_t)entry->status.st_size;
	struct view part;

	while (left) {
		if (content_next(entry, tar->block, &part, err) < 0)
			return -1;
		if (!part.length)
			return error_set(err, "ends too early");
		if (part.length > left)
			part.length = (size_t)left;
		if (sink_tar_error(tar, tar->archive,
		    archive_write_data(tar->archive, part.data, part.length),
		    err) < 0)
			return -1;
		left -= part.length;
	}
	return 0;
}

static int
sink_tar_xattrs(struct archive_entry *header, const struct tree_entry *entry,
    struct error *err)
{
	vector_each(xattr, &entry->xattrs) {
		int known = acl_to_archive(header, xattr, err);

		if (known < 0)
			return -1;
		if (!known)
			archive_entry_xattr_add_entry(header, xattr->name,
			    xattr->value, xattr->length);
	}
	return 0;
}

/* Neither device and inode numbers nor atime and ctime: they are the host's. */
static void
sink_tar_header(struct archive_entry *header, const struct tree_entry *entry)
{
	const struct stat *status = &entry->status;

	archive_entry_clear(header);
	archive_entry_set_pathname(header,
	    strcmp(entry->path, ".") ? entry->path : "./");
	archive_entry_set_mode(header, status->st_mode);
	archive_entry_set_uid(header, status->st_uid);
	archive_entry_set_gid(header, status->st_gid);
	/* libarchive writes fractions before 1970 off by a second. */
	archive_entry_set_mtime(header, status->st_mtim.tv_sec,
	    status->st_mtim.tv_sec < 0 ? 0 : status->st_mtim.tv_nsec);
	archive_entry_set_size(header, 0);
	if (entry->link)
		archive_entry_set_hardlink(header, entry->link);
	else if (S_ISREG(status->st_mode))
		archive_entry_set_size(header, status->st_size);
	else if (S_ISLNK(status->st_mode))
		archive_entry_set_symlink(header, entry->target);
	else if (S_ISCHR(status->st_mode) || S_ISBLK(status->st_mode))
		archive_entry_set_rdev(header, status->st_rdev);
}

/* Only a link's own, which GNU's format can say without pax records. */
static struct archive *
sink_tar_archive(const struct sink_tar *tar, const struct tree_entry *entry)
{
	return tar->gnu && entry->target && !entry->xattrs.count &&
	    strlen(entry->target) > LINK_NAME ? tar->gnu : tar->archive;
}

static int
sink_tar_add(struct tree_sink *sink, const struct tree_entry *entry,
    struct error *err)
{
	struct sink_tar *tar = (struct sink_tar *)sink;
	struct archive *archive = sink_tar_archive(tar, entry);
	bool has_content = S_ISREG(entry->status.st_mode) && !entry->link;
	locale_t before;
	int result;

	sink_tar_header(tar->entry, entry);
	if (!entry->link && sink_tar_xattrs(tar->entry, entry, err) < 0)
		return -1;
	before = uselocale(tar->utf8);
	result = archive_write_header(archive, tar->entry);
	uselocale(before);
	if (sink_tar_error(tar, archive, result, err) < 0)
		return -1;
	if (has_content && sink_tar_content(tar, entry, err) < 0)
		return -1;
	return sink_tar_error(tar, archive,
	    archive_write_finish_entry(archive), err);
}

static int
sink_tar_finish(struct tree_sink *sink, struct error *err)
{
	struct sink_tar *tar = (struct sink_tar *)sink;

	if (sink_tar_error(tar, tar->archive,
	    archive_write_close(tar->archive), err) < 0)
		return -1;
	return tar->compress ? compress_finish(tar->compress, err) : 0;
}

static void
sink_tar_free(struct tree_sink *sink)
{
	struct sink_tar *tar = (struct sink_tar *)sink;

	tar->stopped = true;
	archive_write_free(tar->archive);
	archive_write_free(tar->gnu);
	compress_free(tar->compress);
	archive_entry_free(tar->entry);
	if (tar->utf8)
		freelocale(tar->utf8);
	error_release(&tar->failure);
	free(tar->block);
	free(tar);
}

/* Two that write by turns may not keep anything back. */
static int
sink_tar_open(struct sink_tar *tar, struct archive *archive)
{
	int block = tar->gnu ? 0 : 16 * TAR_BLOCK;

	if (archive_write_set_bytes_per_block(archive, block) == ARCHIVE_OK &&
	    archive_write_set_bytes_in_last_block(archive, TAR_BLOCK) ==
	    ARCHIVE_OK)
		return archive_write_open(archive, tar, NULL, sink_tar_write,
		    NULL);
	return ARCHIVE_FATAL;
}

static int
sink_tar_open_pax(struct sink_tar *tar)
{
	if (archive_write_set_format_pax(tar->archive) == ARCHIVE_OK &&
	    archive_write_set_options(tar->archive, "xattrheader=SCHILY") ==
	    ARCHIVE_OK)
		return sink_tar_open(tar, tar->archive);
	return ARCHIVE_FATAL;
}

static int
sink_tar_open_gnu(struct sink_tar *tar)
{
	if (archive_write_set_format_gnutar(tar->gnu) == ARCHIVE_OK)
		return sink_tar_open(tar, tar->gnu);
	return ARCHIVE_FATAL;
}

static struct sink_tar *
sink_tar_prepare(int fd)
{
	struct sink_tar *tar = memory_new(struct sink_tar);

	tar->sink = (struct tree_sink){
		.add = sink_tar_add,
		.finish = sink_tar_finish,
		.free = sink_tar_free,
	};
	tar->fd = fd;
	tar->block = memory_zeroed(CONTENT_BLOCK, 1);
	tar->entry = archive_entry_new();
	tar->archive = archive_write_new();
	/* Names are bytes to us and UTF-8 to pax, whatever the locale. */
	tar->utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
	return tar;
}

static struct tree_sink *
sink_tar_begin(struct sink_tar *tar, struct error *err)
{
	if (!tar->utf8)
		error_errno(err, "locale C.UTF-8");
	else if (sink_tar_error(tar, tar->archive, sink_tar_open_pax(tar),
	    err) == 0 && (!tar->gnu || sink_tar_error(tar, tar->gnu,
	    sink_tar_open_gnu(tar), err) == 0))
		return &tar->sink;
	sink_tar_free(&tar->sink);
	return NULL;
}

struct tree_sink *
sink_tar_new(int fd, struct error *err)
{
	return sink_tar_begin(sink_tar_prepare(fd), err);
}

struct tree_sink *
sink_tar_new_compressed(int fd, const struct compression *compression,
    unsigned threads, struct error *err)
{
	struct sink_tar *tar = sink_tar_prepare(fd);

	if (compression)
		tar->compress = compress_new(fd, compression, threads, err);
	if (!compression || tar->compress)
		return sink_tar_begin(tar, err);
	sink_tar_free(&tar->sink);
	return NULL;
}

struct tree_sink *
sink_tar_new_gnu_links(int fd, struct error *err)
{
	struct sink_tar *tar = sink_tar_prepare(fd);

	tar->gnu = archive_write_new();
	return sink_tar_begin(tar, err);
}
