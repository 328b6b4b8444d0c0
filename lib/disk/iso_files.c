#include "disk/iso_files.h"

#include <archive.h>
#include <archive_entry.h>
#include <locale.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/confined.h"
#include "base/file.h"
#include "base/memory.h"

static const uint64_t total_max = 512 << 20;

enum { FILES_MAX = 100000, PATH_LENGTH_MAX = 4096 };

/* Of a file, followed by its path and by what it holds. */
struct record {
	uint64_t size;
	uint64_t path_length;
};

struct reader {
	int fd;
	int result;	/* a file in memory */
	uint64_t total;
};

/* --- in the child --------------------------------------------------------- */

/* libarchive puts names into the locale's characters. */
static int
reader_prepare(void *context __attribute__((unused)), struct error *err)
{
	return uselocale(newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0))
	    ? 0 : error_errno(err, "the locale C.UTF-8");
}

static int
copy_data(struct reader *reader, struct archive *archive, uint64_t size,
    struct error *err)
{
	char block[1 << 16];

	while (size) {
		la_ssize_t got = archive_read_data(archive, block,
		    size < sizeof(block) ? (size_t)size : sizeof(block));

		if (got <= 0)
			return error_set(err, "a file in it ends early");
		if (file_write(reader->result, block, (size_t)got, err) < 0)
			return -1;
		size -= (uint64_t)got;
	}
	return 0;
}

static int
copy_file(struct reader *reader, struct archive *archive,
    struct archive_entry *entry, struct error *err)
{
	const char *path = archive_entry_pathname(entry);
	struct record record = {.size = (uint64_t)archive_entry_size(entry)};

	if (archive_entry_filetype(entry) != AE_IFREG)
		return 0;
	if (!path || archive_entry_hardlink(entry))
		return error_set(err, "a file in it has no name of its own");
	record.path_length = strlen(path);
	reader->total += record.size;
	if (reader->total > total_max)
		return error_set(err, "there is more than 512 MiB in it; give "
		    "a directory with what is needed");
	if (file_write(reader->result, &record, sizeof(record), err) < 0 ||
	    file_write(reader->result, path, record.path_length, err) < 0)
		return -1;
	return copy_data(reader, archive, record.size, err);
}

static void
archive_release(struct archive **archive)
{
	archive_read_free(*archive);
}

static int
reader_run(void *context, struct error *err)
{
	struct reader *reader = context;
	__attribute__((cleanup(archive_release))) struct archive *archive =
	    archive_read_new();
	struct archive_entry *entry;
	int code;

	if (archive_read_support_format_iso9660(archive) != ARCHIVE_OK ||
	    archive_read_open_fd(archive, reader->fd, 1 << 16) != ARCHIVE_OK)
		return error_set(err, "it is no image of a CD (ISO 9660)");
	for (size_t i = 0; i < FILES_MAX; i++) {
		code = archive_read_next_header(archive, &entry);
		if (code == ARCHIVE_EOF)
			return 0;
		if (code < ARCHIVE_WARN)
			return error_set(err, "it is no image of a CD (ISO "
			    "9660), or a damaged one");
		if (copy_file(reader, archive, entry, err) < 0)
			return -1;
	}
	return error_set(err, "there are too many files in it");
}

/* --- what it has written -------------------------------------------------- */

/* Is it a way down? */
static bool
path_is_right(struct view path)
{
	struct view rest = path, part;

	if (!path.length || path.length > PATH_LENGTH_MAX ||
	    memchr(path.data, '\0', path.length) || !view_is_utf8(path))
		return false;
	while (view_cut(&rest, '/', &part))
		if (!part.length || view_is(part, ".") || view_is(part, ".."))
			return false;
	return true;
}

int
iso_files_parse(struct view records, struct iso_files *files,
    struct error *err)
{
	struct record record;

	while (records.length >= sizeof(record)) {
		struct iso_content content = {0};
		struct view path;

		memcpy(&record, records.data, sizeof(record));
		records.data += sizeof(record);
		records.length -= sizeof(record);
		path = (struct view){records.data, record.path_length};
		if (record.path_length > records.length ||
		    record.size > records.length - record.path_length ||
		    !path_is_right(path))
			break;
		content.path = view_string(path);
		content.text = (struct view){path.data + path.length,
		    record.size};
		*vector_push(&files->items) = content;
		records.data += path.length + record.size;
		records.length -= path.length + record.size;
	}
	return records.length ? error_set(err, "a file in it has a name that "
	    "none can have") : 0;
}

static int
map_result(int result, struct iso_files *files, struct error *err)
{
	struct stat status;

	if (fstat(result, &status) < 0)
		return error_errno(err, "what was read");
	if (!status.st_size)
		return 0;
	files->length = (size_t)status.st_size;
	files->map = mmap(NULL, files->length, PROT_READ, MAP_SHARED, result,
	    0);
	if (files->map == MAP_FAILED) {
		files->map = NULL;
		return error_errno(err, "what was read");
	}
	return iso_files_parse((struct view){files->map, files->length},
	    files, err);
}

int
iso_files_read(int fd, struct iso_files *files, struct error *err)
{
	auto_close int result = memfd_create("files", MFD_CLOEXEC);
	struct reader reader = {.fd = fd, .result = result};
	const struct confined confined = {
		.prepare = reader_prepare, .run = reader_run,
		.context = &reader,
	};

	if (result < 0)
		return error_errno(err, "make a file in memory");
	if (confined_run(&confined, err) < 0)
		return -1;
	return map_result(result, files, err);
}

void
iso_files_release(struct iso_files *files)
{
	vector_each(content, &files->items)
		free(content->path);
	vector_release(&files->items);
	if (files->map)
		munmap(files->map, files->length);
	*files = (struct iso_files){0};
}
