#include "install/deb_file.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/memory.h"
#include "base/text.h"

enum { BLOCK_SIZE = 1 << 16, CONTROL_MAX = 64 << 20 };

struct deb_file {
	struct archive *outer;	/* the ar */
	struct archive *inner;	/* the tar that is being read in it */
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
	if (deb_next_member(deb, wanted, err) < 0)
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
	if (archive_read_open(deb->inner, deb, NULL, member_read, NULL) !=
	    ARCHIVE_OK)
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

/* The member's own name, of "./postinst" for example; NULL for "./". */
static const char *
control_name(struct archive_entry *entry)
{
	const char *path = archive_entry_pathname(entry);

	if (!path)
		return NULL;
	if (strncmp(path, "./", 2) == 0)
		path += 2;
	return *path && strcmp(path, ".") != 0 ? path : NULL;
}

static int
control_add(struct archive *archive, struct archive_entry *entry,
    struct deb_control *control, struct error *err)
{
	const char *name = control_name(entry);
	la_int64_t size = archive_entry_size(entry);
	struct deb_control_file *file;

	if (!name)
		return 0;
	if (archive_entry_filetype(entry) != AE_IFREG || strchr(name, '/') ||
	    strchr(name, '\n') || size < 0 || size > CONTROL_MAX)
		return error_set(err, "control.tar: unexpected member '%s'",
		    name);
	file = vector_push(control);
	file->name = memory_string(name);
	file->data = memory_zeroed((size_t)size + 1, 1);
	file->length = (size_t)size;
	file->mode = archive_entry_mode(entry) & 07777;
	file->time = archive_entry_mtime(entry);
	if (archive_read_data(archive, file->data, file->length) != size)
		return deb_error(archive, "control.tar", err);
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
		if (control_add(deb->inner, entry, control, err) < 0)
			return -1;
	}
	if (!deb_control_find(control, "control"))
		return error_set(err, "control.tar has no control file");
	return 0;
}

struct deb_file *
deb_file_open(int fd, struct deb_control *control, struct error *err)
{
	struct deb_file *deb = memory_new(struct deb_file);

	deb->outer = archive_read_new();
	archive_read_support_format_ar(deb->outer);
	if (lseek(fd, 0, SEEK_SET) < 0 ||
	    archive_read_open_fd(deb->outer, fd, BLOCK_SIZE) != ARCHIVE_OK)
		deb_error(deb->outer, "not a Debian package", err);
	else if (deb_read_version(deb, err) == 0 &&
	    deb_read_control(deb, control, err) == 0 &&
	    deb_open_tar(deb, "data.tar", err) == 0)
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
