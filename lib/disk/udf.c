#include "disk/udf.h"

#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/text.h"

enum { SECTOR = 2048, ANCHOR = 256, SEQUENCE_MAX = 64, DIRECTORY_MAX = 1 << 20,
	NAME_MAX_LENGTH = 255 };

/* ECMA-167, 3/7.2.1 and 4/7.2.1 */
enum tag {
	TAG_ANCHOR = 2, TAG_PARTITION = 5, TAG_VOLUME = 6, TAG_FILE_SET = 256,
	TAG_NAME = 257, TAG_FILE = 261, TAG_EXTENDED_FILE = 266,
};

/* Flags of an ICB (4/14.6.8): how a file's places are written. */
enum place_kind { PLACE_SHORT, PLACE_LONG, PLACE_INSIDE = 3 };

enum { IS_DELETED = 1 << 2, IS_PARENT = 1 << 3 };	/* 4/14.4.3 */

struct udf {
	int fd;
	uint32_t partition;	/* its first sector */
	uint32_t root;	/* a sector of the partition, as all that follow */
};

typedef unsigned char sector_bytes[SECTOR];

static uint32_t
number(const unsigned char *bytes, size_t length)
{
	uint32_t value = 0;

	while (length--)
		value = value << 8 | bytes[length];
	return value;
}

static bool
read_sector(int fd, uint64_t sector, sector_bytes bytes)
{
	return pread(fd, bytes, SECTOR, (off_t)(sector * SECTOR)) == SECTOR;
}

static bool
read_block(const struct udf *udf, uint32_t block, sector_bytes bytes)
{
	return read_sector(udf->fd, (uint64_t)udf->partition + block, bytes);
}

static enum tag
tag_of(const unsigned char *bytes)
{
	return number(bytes, 2);
}

/* The volume's descriptors say where its partition and set of files are. */
static bool
find_volume(struct udf *udf, uint32_t *file_set)
{
	sector_bytes bytes;
	uint32_t sector, count;
	bool has_partition = false, has_volume = false;

	if (!read_sector(udf->fd, ANCHOR, bytes) ||
	    tag_of(bytes) != TAG_ANCHOR)
		return false;
	count = number(bytes + 16, 4) / SECTOR;
	sector = number(bytes + 20, 4);
	for (uint32_t i = 0; i < count && i < SEQUENCE_MAX; i++) {
		if (!read_sector(udf->fd, (uint64_t)sector + i, bytes))
			return false;
		if (tag_of(bytes) == TAG_PARTITION) {
			udf->partition = number(bytes + 188, 4);
			has_partition = true;
		} else if (tag_of(bytes) == TAG_VOLUME &&
		    number(bytes + 212, 4) == SECTOR) {
			*file_set = number(bytes + 252, 4);
			has_volume = true;
		}
	}
	return has_partition && has_volume;
}

static bool
udf_open(struct udf *udf)
{
	sector_bytes bytes;
	uint32_t file_set = 0;

	if (!find_volume(udf, &file_set) ||
	    !read_block(udf, file_set, bytes) ||
	    tag_of(bytes) != TAG_FILE_SET)
		return false;
	udf->root = number(bytes + 404, 4);
	return true;
}

static void
add_extent(const struct udf *udf, uint32_t block, uint32_t length,
    struct buffer *content)
{
	while (length && content->length < DIRECTORY_MAX) {
		uint32_t part = length < SECTOR ? length : SECTOR;
		sector_bytes bytes;

		if (!read_block(udf, block++, bytes))
			return;
		buffer_add(content, bytes, part);
		length -= part;
	}
}

/* Of a directory, as far as it can be read. */
static void
read_content(const struct udf *udf, uint32_t block, struct buffer *content)
{
	sector_bytes bytes;
	bool is_extended;
	size_t start, end, size;
	enum place_kind kind;

	if (!read_block(udf, block, bytes) || (tag_of(bytes) != TAG_FILE &&
	    tag_of(bytes) != TAG_EXTENDED_FILE))
		return;
	is_extended = tag_of(bytes) == TAG_EXTENDED_FILE;
	start = (size_t)(is_extended ? 216 : 176) +
	    number(bytes + (is_extended ? 208 : 168), 4);
	end = start + number(bytes + (is_extended ? 212 : 172), 4);
	if (start > SECTOR || end > SECTOR || end < start)
		return;
	kind = number(bytes + 34, 2) & 7;
	size = kind == PLACE_SHORT ? 8 : 16;
	if (kind == PLACE_INSIDE) {
		buffer_add(content, bytes + start, end - start);
		return;
	}
	/* the two upper bits of a length say what kind of extent it is */
	for (; start + size <= end; start += size)
		add_extent(udf, number(bytes + start + 4, 4),
		    number(bytes + start, 4) & 0x3fffffff, content);
}

/* OSTA compressed Unicode of 8 or 16 bits; only ASCII can be what is meant. */
static size_t
read_name(const unsigned char *bytes, size_t length, char *name)
{
	size_t width = length && bytes[0] == 16 ? 2 : 1, count = 0;

	for (size_t i = 1; i + width <= length; i += width) {
		unsigned char last = bytes[i + width - 1];
		bool is_wide = width == 2 && bytes[i];

		name[count++] = is_wide || last > 0x7e ? '?' : (char)last;
	}
	return count;
}

/* Where the entry of that name is. */
static bool
find_entry(const struct buffer *directory, struct view wanted, uint32_t *block)
{
	const unsigned char *bytes = (const unsigned char *)directory->data;
	size_t at = 0;

	while (at + 38 <= directory->length) {
		const unsigned char *entry = bytes + at;
		size_t before = 38 + number(entry + 36, 2);
		size_t length = entry[19];
		char name[NAME_MAX_LENGTH];
		struct view found = {name, 0};

		if (tag_of(entry) != TAG_NAME ||
		    at + before + length > directory->length)
			return false;
		found.length = read_name(entry + before, length, name);
		if (!(entry[18] & (IS_DELETED | IS_PARENT)) &&
		    view_equal_fold(found, wanted)) {
			*block = number(entry + 24, 4);
			return true;
		}
		at += (before + length + 3) & ~(size_t)3;
	}
	return false;
}

bool
udf_has_file(int fd, const char *path)
{
	struct udf udf = {.fd = fd};
	struct view rest = view_of(path), part;
	uint32_t block;

	if (!udf_open(&udf))
		return false;
	block = udf.root;
	while (view_cut(&rest, '/', &part)) {
		auto_buffer struct buffer directory = {0};

		read_content(&udf, block, &directory);
		if (!find_entry(&directory, part, &block))
			return false;
	}
	return true;
}
