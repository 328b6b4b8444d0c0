#include "tree/read_tar.h"

#include <archive.h>
#include <archive_entry.h>
#include <locale.h>
#include <stdbool.h>
#include <string.h>

#include "base/buffer.h"
#include "base/interrupt.h"
#include "tree/acl.h"
#include "tree/xattrs.h"

enum { READ_SIZE = 1 << 20, SECOND_NS = 1000000000 };

struct tar_reader {
	struct tree_content content;
	struct archive *archive;
	int64_t size;	/* of the present file */
	int64_t position;	/* up to which parts were given */
	struct view part;	/* the next one */
	int64_t offset;	/* where it starts */
};

static int (*const filters[])(struct archive *archive) = {
	archive_read_support_filter_bzip2,
	archive_read_support_filter_compress,
	archive_read_support_filter_gzip,
	archive_read_support_filter_lz4,
	archive_read_support_filter_lzip,
	archive_read_support_filter_lzma,
	archive_read_support_filter_xz,
	archive_read_support_filter_zstd,
};

static const char zeros[1 << 16];

static int
reader_error(struct tar_reader *reader, struct error *err)
{
	const char *text = archive_error_string(reader->archive);

	return error_set(err, "read tar: %s", text ? text : "damaged");
}

/* The end of the file, with the hole before it, is its last part. */
static int
reader_load(struct tar_reader *reader, struct error *err)
{
	const void *data = NULL;
	int result = archive_read_data_block(reader->archive, &data,
	    &reader->part.length, &reader->offset);

	if (result == ARCHIVE_EOF) {
		reader->part.length = 0;
		reader->offset = reader->size;
	} else if (result < ARCHIVE_WARN) {
		return reader_error(reader, err);
	}
	reader->part.data = data;
	return 0;
}

static int
reader_next(struct tree_content *content, struct view *part,
    struct error *err)
{
	struct tar_reader *reader = (struct tar_reader *)content;
	int64_t hole;

	if (!reader->part.length && reader_load(reader, err) < 0)
		return -1;
	hole = reader->offset - reader->position;
	if (hole > 0) {
		*part = (struct view){zeros, hole < (int64_t)sizeof(zeros)
		    ? (size_t)hole : sizeof(zeros)};
	} else {
		*part = reader->part;
		reader->part.length = 0;
	}
	reader->position += (int64_t)part->length;
	return 0;
}

/* "usr/bin/", "/usr//bin" and "./usr/bin" are "./usr/bin". */
static int
path_normalise(const char *name, struct buffer *path, struct error *err)
{
	struct view rest = view_of(name), part;

	buffer_clear(path);
	buffer_text(path, ".");
	if (!name)
		return error_set(err, "a name that cannot be read");
	while (view_cut(&rest, '/', &part)) {
		if (!part.length || view_is(part, "."))
			continue;
		if (view_is(part, ".."))
			return error_set(err, "'%s' leads out of the tree",
			    name);
		buffer_text(path, "/");
		buffer_view(path, part);
	}
	return 0;
}

/* libarchive (3.6.2) reads -1.5 as -1 and half a second later. */
static struct timespec
header_time(struct archive_entry *header)
{
	struct timespec time = {archive_entry_mtime(header),
		archive_entry_mtime_nsec(header)};

	if (time.tv_sec < 0 && time.tv_nsec) {
		time.tv_sec--;
		time.tv_nsec = SECOND_NS - time.tv_nsec;
	}
	return time;
}

/* Each file may have further names; there is no telling before the end. */
static void
entry_set_status(struct tree_entry *entry, struct archive_entry *header)
{
	entry->status = (struct stat){
		.st_mode = archive_entry_mode(header),
		.st_nlink = 2,
		.st_uid = (uid_t)archive_entry_uid(header),
		.st_gid = (gid_t)archive_entry_gid(header),
		.st_rdev = archive_entry_rdev(header),
		.st_size = archive_entry_size(header),
		.st_mtim = header_time(header),
	};
	entry->status.st_atim = entry->status.st_mtim;
	entry->status.st_ctim = entry->status.st_mtim;
}

static int
entry_set_xattrs(struct tree_entry *entry, struct archive_entry *header,
    struct error *err)
{
	const char *name;
	const void *value;
	size_t length;

	archive_entry_xattr_reset(header);
	while (archive_entry_xattr_next(header, &name, &value, &length) ==
	    ARCHIVE_OK)
		xattrs_add(entry, name, value, length);
	if (acl_from_archive(header, entry, err) < 0)
		return -1;
	xattrs_sort(entry);
	return 0;
}

static int
reader_give(struct tar_reader *reader, struct archive_entry *header,
    struct tree_sink *sink, struct error *err)
{
	auto_buffer struct buffer path = {0}, link = {0};
	const char *first = archive_entry_hardlink(header);
	struct tree_entry entry = {.fd = -1};
	int result;

	if (path_normalise(archive_entry_pathname(header), &path, err) < 0 ||
	    (first && path_normalise(first, &link, err) < 0))
		return -1;
	entry.path = path.data;
	entry.link = link.data;
	entry.target = archive_entry_symlink(header);
	entry_set_status(&entry, header);
	reader->size = entry.status.st_size;
	reader->position = 0;
	reader->part = reader->content.rest = (struct view){NULL, 0};
	if (S_ISREG(entry.status.st_mode) && !first)
		entry.content = &reader->content;
	result = entry_set_xattrs(&entry, header, err);
	if (result == 0)
		result = sink->add(sink, &entry, err);
	xattrs_release(&entry);
	return result < 0
	    ? error_prefix(err, "'%s'", entry_shown(path.data)) : 0;
}

static int
reader_run(struct tar_reader *reader, int fd, struct tree_sink *sink,
    struct error *err)
{
	struct archive_entry *header;
	int result;

	for (size_t i = 0; i < sizeof(filters) / sizeof(*filters); i++)
		filters[i](reader->archive);
	archive_read_support_format_tar(reader->archive);
	archive_read_support_format_empty(reader->archive);
	if (archive_read_open_fd(reader->archive, fd, READ_SIZE) != ARCHIVE_OK)
		return reader_error(reader, err);
	while ((result = archive_read_next_header(reader->archive, &header)) >=
	    ARCHIVE_WARN && result != ARCHIVE_EOF)
		if (interrupt_check(err) < 0 ||
		    reader_give(reader, header, sink, err) < 0)
			return -1;
	return result == ARCHIVE_EOF ? 0 : reader_error(reader, err);
}

int
tree_read_tar(int fd, struct tree_sink *sink, struct error *err)
{
	struct tar_reader reader = {.content = {.next = reader_next}};
	locale_t utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
	locale_t before;
	int result;

	if (!utf8)
		return error_errno(err, "locale C.UTF-8");
	/* Names are bytes to us and UTF-8 to pax, whatever the locale. */
	before = uselocale(utf8);
	reader.archive = archive_read_new();
	result = reader_run(&reader, fd, sink, err);
	archive_read_free(reader.archive);
	uselocale(before);
	freelocale(utf8);
	return result;
}
