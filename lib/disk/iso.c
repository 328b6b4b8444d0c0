#include "disk/iso.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/memory.h"
#include "disk/iso_dates.h"

enum { BLOCK = 1 << 16 };

static int
archive_failed(struct archive *archive, struct error *err)
{
	return error_set(err, "the medium cannot be made: %s",
	    archive_error_string(archive));
}

static void
archive_release(struct archive **archive)
{
	archive_write_free(*archive);
}

static void
entry_release(struct archive_entry **entry)
{
	archive_entry_free(*entry);
}

static int
add_entry(struct archive *archive, const char *path, mode_t mode, int64_t size,
    struct error *err)
{
	auto_end(entry_release) struct archive_entry *entry =
	    archive_entry_new();

	archive_entry_update_pathname_utf8(entry, path);
	archive_entry_set_mode(entry, mode);
	archive_entry_set_nlink(entry, 1);
	archive_entry_set_size(entry, size);
	archive_entry_set_mtime(entry, 0, 0);
	return archive_write_header(archive, entry) < ARCHIVE_OK
	    ? archive_failed(archive, err) : 0;
}

static int
add_data(struct archive *archive, const void *data, size_t length,
    struct error *err)
{
	return archive_write_data(archive, data, length) == (la_ssize_t)length
	    ? 0 : archive_failed(archive, err);
}

/* One that became shorter is an error; what was added meanwhile is not seen. */
static int
add_source(struct archive *archive, const struct iso_file *file,
    struct error *err)
{
	auto_close int fd = open(file->source, O_RDONLY | O_CLOEXEC);
	auto_free char *block = memory_zeroed(1, BLOCK);
	struct stat status;
	int64_t left;

	if (fd < 0 || fstat(fd, &status) < 0)
		return error_errno(err, "open '%s'", file->source);
	if (!S_ISREG(status.st_mode))
		return error_set(err, "'%s' is no file", file->source);
	if (add_entry(archive, file->path, S_IFREG | 0400, status.st_size,
	    err) < 0)
		return -1;
	for (left = status.st_size; left > 0;) {
		ssize_t got = read(fd, block, left < BLOCK ? (size_t)left
		    : BLOCK);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return got < 0 ? error_errno(err, "read '%s'",
			    file->source) : error_set(err, "'%s' has become "
			    "shorter", file->source);
		if (add_data(archive, block, (size_t)got, err) < 0)
			return -1;
		left -= got;
	}
	return 0;
}

static int
add_file(struct archive *archive, const struct iso_file *file,
    struct error *err)
{
	if (file->source)
		return add_source(archive, file, err);
	if (add_entry(archive, file->path, S_IFREG | 0400,
	    (int64_t)file->text.length, err) < 0)
		return -1;
	return add_data(archive, file->text.data, file->text.length, err);
}

/* Those that are missing it would make, but not with these modes. */
static int
add_directories(struct archive *archive, const char *path,
    struct strings *known, struct error *err)
{
	for (const char *end = strchr(path, '/'); end;
	    end = strchr(end + 1, '/')) {
		auto_free char *directory =
		    memory_copy(path, (size_t)(end - path));

		if (strings_has(known, directory))
			continue;
		strings_add(known, directory);
		if (add_entry(archive, directory, S_IFDIR | 0755, 0, err) < 0)
			return -1;
	}
	return 0;
}

static int
add_all(const struct iso *iso, struct archive *archive, struct error *err)
{
	auto_strings struct strings directories = {0};

	vector_each(file, &iso->files)
		if (add_directories(archive, file->path, &directories,
		    err) < 0 || add_file(archive, file, err) < 0)
			return error_prefix(err, "'%s'", file->path);
	return archive_write_close(archive) < ARCHIVE_OK
	    ? archive_failed(archive, err) : 0;
}

static int
write_medium(const struct iso *iso, int fd, struct error *err)
{
	auto_end(archive_release) struct archive *archive =
	    archive_write_new();

	if (archive_write_set_format_iso9660(archive) < ARCHIVE_OK ||
	    archive_write_set_format_option(archive, "iso9660", "volume-id",
	    iso->label) < ARCHIVE_OK ||
	    archive_write_set_format_option(archive, "iso9660", "rockridge",
	    "strict") < ARCHIVE_OK ||
	    archive_write_set_format_option(archive, "iso9660", "pad",
	    NULL) < ARCHIVE_OK ||
	    archive_write_open_fd(archive, fd) < ARCHIVE_OK)
		return archive_failed(archive, err);
	return add_all(iso, archive, err);
}

/* libarchive turns names into Joliet's by the locale. */
int
iso_write(const struct iso *iso, int fd, struct error *err)
{
	locale_t utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
	locale_t before;
	int result;

	if (!utf8)
		return error_errno(err, "the locale C.UTF-8");
	before = uselocale(utf8);
	result = write_medium(iso, fd, err);
	uselocale(before);
	freelocale(utf8);
	return result < 0 ? -1 : iso_dates_set(fd, iso->time, err);
}
