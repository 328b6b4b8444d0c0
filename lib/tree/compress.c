#include "tree/compress.h"

#include <archive.h>
#include <archive_entry.h>
#include <stdlib.h>
#include <sys/sysinfo.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"

enum { SUFFIXES = 5 };

struct compression {
	const char *name;
	const char *suffixes[SUFFIXES];
	int (*add)(struct archive *archive);
	unsigned least_threads;	/* 0: it has none */
	const char *options;	/* for libarchive */
};

/* xz with one thread would write one block instead of several. */
static const struct compression compressions[] = {
	{"gzip", {".gz", ".tgz", ".taz"}, archive_write_add_filter_gzip, 0,
	    "gzip:!timestamp"},
	{"xz", {".xz", ".txz"}, archive_write_add_filter_xz, 2, NULL},
	{"zstd", {".zst", ".tzst"}, archive_write_add_filter_zstd, 1, NULL},
	{"bzip2", {".bz2", ".tbz", ".tbz2", ".tz2"},
	    archive_write_add_filter_bzip2, 0, NULL},
	{"lz4", {".lz4"}, archive_write_add_filter_lz4, 0, NULL},
	{"lzip", {".lz"}, archive_write_add_filter_lzip, 0, NULL},
	{"lzma", {".lzma", ".tlz"}, archive_write_add_filter_lzma, 0, NULL},
	{"lzop", {".lzo"}, archive_write_add_filter_lzop, 0, NULL},
	{"compress", {".Z", ".taZ"}, archive_write_add_filter_compress, 0,
	    NULL},
};

struct compress {
	struct archive *archive;
	int fd;
	struct error failure;	/* of writing to fd */
	bool stopped;	/* nothing more is written */
};

const struct compression *
compression_of_name(const char *name)
{
	size_t count = sizeof(compressions) / sizeof(*compressions);

	for (size_t i = 0; i < count * SUFFIXES; i++) {
		const struct compression *compression =
		    &compressions[i / SUFFIXES];
		const char *suffix = compression->suffixes[i % SUFFIXES];

		if (suffix && view_ends(view_of(name), suffix))
			return compression;
	}
	return NULL;
}

/* A warning says that libarchive would run a program. */
static int
compression_add(const struct compression *compression,
    struct archive *archive, struct error *err)
{
	if (compression->add(archive) == ARCHIVE_OK)
		return 0;
	return error_set(err, "this system's libarchive does not make %s; "
	    "choose another compression", compression->name);
}

int
compression_check(const struct compression *compression, struct error *err)
{
	struct archive *archive = archive_write_new();
	int result = compression_add(compression, archive, err);

	archive_write_free(archive);
	return result;
}

/* As with the tar, libarchive is never told of a failure (sink_tar.c). */
static la_ssize_t
archive_output(struct archive *archive, void *context, const void *data,
    size_t length)
{
	struct compress *compress = context;

	(void)archive;
	if (!compress->stopped &&
	    file_write(compress->fd, data, length, &compress->failure) < 0)
		compress->stopped = true;
	return (la_ssize_t)length;
}

static int
compress_error(struct compress *compress, la_ssize_t result,
    struct error *err)
{
	const char *text = archive_error_string(compress->archive);

	if (compress->failure.text)
		return error_move(err, &compress->failure);
	if (result >= ARCHIVE_WARN)
		return 0;
	return error_set(err, "compress: %s", text ? text : "failed");
}

static int
compress_set_options(struct compress *compress,
    const struct compression *compression, unsigned threads)
{
	auto_free char *option = NULL;

	if (!threads)
		threads = (unsigned)get_nprocs();
	if (threads < compression->least_threads)
		threads = compression->least_threads;
	if (compression->least_threads)
		option = memory_printf("%s:threads=%u", compression->name,
		    threads);
	if (!option && !compression->options)
		return ARCHIVE_OK;
	return archive_write_set_options(compress->archive,
	    option ? option : compression->options);
}

/* One entry, whose name and size a raw archive does not keep. */
static int
compress_open(struct compress *compress)
{
	struct archive *archive = compress->archive;
	struct archive_entry *entry;
	int result;

	archive_write_set_bytes_in_last_block(archive, 1);
	result = archive_write_open(archive, compress, NULL, archive_output,
	    NULL);
	if (result != ARCHIVE_OK)
		return result;
	entry = archive_entry_new();
	archive_entry_set_filetype(entry, AE_IFREG);
	result = archive_write_header(archive, entry);
	archive_entry_free(entry);
	return result;
}

struct compress *
compress_new(int fd, const struct compression *compression, unsigned threads,
    struct error *err)
{
	struct compress *compress = memory_new(struct compress);
	int result;

	compress->fd = fd;
	compress->archive = archive_write_new();
	archive_write_set_format_raw(compress->archive);
	if (compression_add(compression, compress->archive, err) == 0) {
		result = compress_set_options(compress, compression, threads);
		if (result == ARCHIVE_OK)
			result = compress_open(compress);
		if (compress_error(compress, result, err) == 0)
			return compress;
	}
	compress_free(compress);
	return NULL;
}

int
compress_write(struct compress *compress, const void *data, size_t length,
    struct error *err)
{
	return compress_error(compress,
	    archive_write_data(compress->archive, data, length), err);
}

int
compress_finish(struct compress *compress, struct error *err)
{
	return compress_error(compress,
	    archive_write_close(compress->archive), err);
}

void
compress_free(struct compress *compress)
{
	if (!compress)
		return;
	compress->stopped = true;
	archive_write_free(compress->archive);
	error_release(&compress->failure);
	free(compress);
}
