#include "repo/decompress.h"

#include <archive.h>
#include <archive_entry.h>
#include <libdeflate.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <sys/stat.h>

enum { TEXT_LIMIT = 1 << 30 };

/* In one call, which takes 0.6 of zlib's time, but wants to know the size
 * before. false: it must go the long way, which also knows what is wrong. */
static bool
inflate_at_once(struct view packed, size_t size, struct buffer *text)
{
	struct libdeflate_decompressor *inflater =
	    libdeflate_alloc_decompressor();
	char *end = buffer_reserve(text, size);
	size_t in = 0, out = 0;
	bool is_done = inflater && libdeflate_gzip_decompress_ex(inflater,
	    packed.data, packed.length, end, size, &in, &out) ==
	    LIBDEFLATE_SUCCESS && in == packed.length && out == size;

	if (inflater)
		libdeflate_free_decompressor(inflater);
	if (is_done) {
		text->length += size;
		end[size] = '\0';
	}
	return is_done;
}

static int
decoder_fail(struct archive *decoder, struct error *err)
{
	const char *why = archive_error_string(decoder);

	return error_set(err, "cannot be decompressed: %s",
	    why ? why : "bad data");
}

/* 1, or 0 if there is nothing in it. */
static int
decoder_open(struct archive *decoder, struct view packed,
    struct error *err)
{
	struct archive_entry *entry;
	int code;

	archive_read_support_filter_gzip(decoder);
	archive_read_support_filter_xz(decoder);
	archive_read_support_filter_zstd(decoder);
	archive_read_support_filter_bzip2(decoder);
	archive_read_support_filter_lzma(decoder);
	archive_read_support_format_raw(decoder);
	archive_read_support_format_empty(decoder);
	code = archive_read_open_memory(decoder, packed.data, packed.length);
	if (code == ARCHIVE_OK)
		code = archive_read_next_header(decoder, &entry);
	if (code == ARCHIVE_EOF)
		return 0;
	return code == ARCHIVE_OK ? 1 : decoder_fail(decoder, err);
}

static int
decoder_read(struct archive *decoder, struct view packed,
    struct buffer *text, struct error *err)
{
	int more = decoder_open(decoder, packed, err);

	while (more > 0) {
		const void *block;
		size_t length;
		la_int64_t offset;
		int code = archive_read_data_block(decoder, &block, &length,
		    &offset);

		if (code == ARCHIVE_EOF)
			return 0;
		if (code != ARCHIVE_OK)
			return decoder_fail(decoder, err);
		if (length > TEXT_LIMIT - text->length)
			return error_set(err, "is larger than 1 GiB");
		buffer_add(text, block, length);
	}
	return more;
}

static int
decompress_view(struct view packed, uint64_t size, struct buffer *text,
    struct error *err)
{
	struct archive *decoder;
	int result;

	if (size && size < TEXT_LIMIT &&
	    inflate_at_once(packed, (size_t)size, text))
		return 0;
	decoder = archive_read_new();
	result = decoder_read(decoder, packed, text, err);
	archive_read_free(decoder);
	return result;
}

int
decompress(int fd, uint64_t size, struct buffer *text, struct error *err)
{
	struct stat status;
	size_t length;
	void *bytes;
	int result;

	if (fstat(fd, &status) < 0)
		return error_errno(err, "cannot be read");
	length = (size_t)status.st_size;
	if (!length)
		return 0;
	bytes = mmap(NULL, length, PROT_READ, MAP_PRIVATE, fd, 0);
	if (bytes == MAP_FAILED)
		return error_errno(err, "cannot be read");
	result = decompress_view((struct view){bytes, length}, size, text,
	    err);
	munmap(bytes, length);
	return result;
}
