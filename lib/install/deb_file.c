#include "install/deb_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/memory.h"
#include "base/size.h"
#include "base/text.h"

enum { BLOCK_SIZE = 1 << 16 };
enum { CONTROL_MAX = 64 << 20, CONTROL_FILES_MAX = 1024 };

struct deb_file {
	int fd;
	struct archive *outer;	/* the ar; NULL in the format before it */
	struct archive *inner;	/* the tar that is being read in it */
	off_t position, end;	/* without ar: what is left of that tar */
	size_t control_files, control_size;	/* of all members */
	char block[BLOCK_SIZE];
};

/* Feeds the present member of the ar to the tar inside it. */
static la_ssize_t
member_read(struct archive *inner, void *context, const void **block)
{
	struct deb_file *deb = context;
	la_int64_t offset;
	size_t length = 0;
	int result =
	    archive_read_data_block(deb->outer, block, &length, &offset);

	if (result == ARCHIVE_EOF)
		return 0;
	if (result < ARCHIVE_WARN) {
		archive_set_error(inner, archive_errno(deb->outer), "%s",
		    archive_error_string(deb->outer));
		return -1;
	}
	return (la_ssize_t)length;
}

static int
deb_error(struct archive *archive, const char *what, struct error *err)
{
	const char *text = archive_error_string(archive);

	return error_set(err, "%s: %s", what, text ? text : "damaged");
}

/* The same without an ar. */
static la_ssize_t
range_read(struct archive *inner, void *context, const void **block)
{
	struct deb_file *deb = context;
	off_t left = deb->end - deb->position;
	ssize_t length;

	*block = deb->block;
	do
		length = pread(deb->fd, deb->block, left < BLOCK_SIZE
		    ? (size_t)left : BLOCK_SIZE, deb->position);
	while (length < 0 && errno == EINTR);
	if (length < 0)
		archive_set_error(inner, errno, "cannot be read");
	else
		deb->position += length;
	return length;
}

/* Moves to the next member that dpkg would look at; those with '_' are for
 * others (deb(5)). */
static int
deb_next_member(struct deb_file *deb, const char *wanted, struct error *err)
{
	struct archive_entry *entry;
	const char *name;
	int result;

	do {
		result = archive_read_next_header(deb->outer, &entry);
		if (result == ARCHIVE_EOF)
			return error_set(err, "%s is missing", wanted);
		if (result < ARCHIVE_WARN)
			return deb_error(deb->outer, "damaged archive", err);
		name = archive_entry_pathname(entry);
	} while (name && name[0] == '_');
	if (!name || strncmp(name, wanted, strlen(wanted)) != 0)
		return error_set(err, "%s expected, found '%s'", wanted,
		    name ? name : "");
	return 0;
}

static int
deb_open_tar(struct deb_file *deb, const char *wanted, struct error *err)
{
	if (deb->outer && deb_next_member(deb, wanted, err) < 0)
		return -1;
	if (deb->inner)
		archive_read_free(deb->inner);
	deb->inner = archive_read_new();
	archive_read_support_filter_gzip(deb->inner);
	archive_read_support_filter_xz(deb->inner);
	archive_read_support_filter_zstd(deb->inner);
	archive_read_support_filter_bzip2(deb->inner);
	archive_read_support_filter_lzma(deb->inner);
	archive_read_support_format_tar(deb->inner);
	archive_read_support_format_empty(deb->inner);
	if (archive_read_open(deb->inner, deb, NULL, deb->outer ? member_read
	    : range_read, NULL) != ARCHIVE_OK)
		return deb_error(deb->inner, wanted, err);
	return 0;
}

/* debian-binary: "2." and a minor version that may grow. */
static int
deb_read_version(struct deb_file *deb, struct error *err)
{
	char version[8] = "";

	if (deb_next_member(deb, "debian-binary", err) < 0)
		return -1;
	if (archive_read_data(deb->outer, version, sizeof(version) - 1) < 0)
		return deb_error(deb->outer, "debian-binary", err);
	if (strncmp(version, "2.", 2) != 0)
		return error_set(err, "format '%.*s' is not supported",
		    (int)strcspn(version, "\n"), version);
	return 0;
}

static const char *
skip_front(const char *path, const char *front)
{
	size_t length = strlen(front);

	return strncmp(path, front, length) == 0 ? path + length : path;
}

/* The member's own name, of "./postinst" for example; NULL for "./". */
static const char *
control_name(const struct deb_file *deb, struct archive_entry *entry)
{
	const char *path = archive_entry_pathname(entry);

	if (!path)
		return NULL;
	path = skip_front(path, "./");
	if (!deb->outer)
		path = skip_front(path, "DEBIAN/");
	return *path && strcmp(path, ".") != 0 ? path : NULL;
}

/* Of several members with one name the last one counts, as for dpkg. */
static struct deb_control_file *
control_slot(struct deb_control *control, const char *name)
{
	struct deb_control_file *file;

	vector_each(other, control)
		if (strcmp(other->name, name) == 0) {
			free(other->data);
			return other;
		}
	file = vector_push(control);
	file->name = memory_string(name);
	return file;
}

static int
control_add(struct deb_file *deb, struct archive_entry *entry,
    struct deb_control *control, struct error *err)
{
	const char *name = control_name(deb, entry);
	la_int64_t size = archive_entry_size(entry);
	struct deb_control_file *file;

	if (!name)
		return 0;
	if (archive_entry_filetype(entry) != AE_IFREG || strchr(name, '/') ||
	    strchr(name, '\n') || size < 0)
		return error_set(err, "control.tar: unexpected member '%s'",
		    name);
	if (size > CONTROL_MAX - (la_int64_t)deb->control_size)
		return error_set(err, "control.tar: too large");
	if (++deb->control_files > CONTROL_FILES_MAX)
		return error_set(err, "control.tar: too many members");
	deb->control_size += (size_t)size;
	file = control_slot(control, name);
	file->data = memory_zeroed((size_t)size + 1, 1);
	file->length = (size_t)size;
	file->mode = archive_entry_mode(entry) & 07777;
	file->time = archive_entry_mtime(entry);
	if (archive_read_data(deb->inner, file->data, file->length) != size)
		return deb_error(deb->inner, "control.tar", err);
	return 0;
}

static int
deb_read_control(struct deb_file *deb, struct deb_control *control,
    struct error *err)
{
	struct archive_entry *entry;
	int result;

	if (deb_open_tar(deb, "control.tar", err) < 0)
		return -1;
	while ((result = archive_read_next_header(deb->inner, &entry)) !=
	    ARCHIVE_EOF) {
		if (result < ARCHIVE_WARN)
			return deb_error(deb->inner, "control.tar", err);
		if (control_add(deb, entry, control, err) < 0)
			return -1;
	}
	if (!deb_control_find(control, "control"))
		return error_set(err, "control.tar has no control file");
	return 0;
}

static int
deb_open_ar(struct deb_file *deb, struct deb_control *control,
    struct error *err)
{
	deb->outer = archive_read_new();
	archive_read_support_format_ar(deb->outer);
	if (lseek(deb->fd, 0, SEEK_SET) < 0 ||
	    archive_read_open_fd(deb->outer, deb->fd, BLOCK_SIZE) !=
	    ARCHIVE_OK)
		return deb_error(deb->outer, "not a Debian package", err);
	if (deb_read_version(deb, err) < 0 ||
	    deb_read_control(deb, control, err) < 0)
		return -1;
	return deb_open_tar(deb, "data.tar", err);
}

/* deb-old(5): two lines, version and length of control.tar.gz; that; then
 * data.tar.gz to the end. */
static int
deb_open_old(struct deb_file *deb, const char *head,
    struct deb_control *control, struct error *err)
{
	struct view rest = view_of(head), line;
	struct stat status;
	uint64_t length;

	if (!view_cut(&rest, '\n', &line) || !view_cut(&rest, '\n', &line) ||
	    !rest.data || number_parse(line, &length, err) < 0 ||
	    fstat(deb->fd, &status) < 0 || length > (uint64_t)status.st_size)
		return error_set(err, "damaged head of a package in the "
		    "format before 2.0");
	deb->position = rest.data - head;
	deb->end = deb->position + (off_t)length;
	if (deb_read_control(deb, control, err) < 0)
		return -1;
	deb->position = deb->end;
	deb->end = status.st_size;
	return deb_open_tar(deb, "data.tar", err);
}

struct deb_file *
deb_file_open(int fd, struct deb_control *control, struct error *err)
{
	struct deb_file *deb = memory_new(struct deb_file);
	char head[32] = "";
	int result;

	deb->fd = fd;
	if (pread(fd, head, sizeof(head) - 1, 0) > 0 &&
	    strncmp(head, "0.93", 4) == 0)
		result = deb_open_old(deb, head, control, err);
	else
		result = deb_open_ar(deb, control, err);
	if (result == 0)
		return deb;
	deb_file_close(deb);
	return NULL;
}

struct archive *
deb_file_data(struct deb_file *deb)
{
	return deb->inner;
}

void
deb_file_close(struct deb_file *deb)
{
	if (!deb)
		return;
	if (deb->inner)
		archive_read_free(deb->inner);
	if (deb->outer)
		archive_read_free(deb->outer);
	free(deb);
}

const struct deb_control_file *
deb_control_find(const struct deb_control *control, const char *name)
{
	vector_each(file, control)
		if (strcmp(file->name, name) == 0)
			return file;
	return NULL;
}

void
deb_control_release(struct deb_control *control)
{
	vector_each(file, control) {
		free(file->name);
		free(file->data);
	}
	vector_release(control);
}
